// Writes a template anew for the engine, with what this program has of its own in the place of what the engine would
// do: comparisons, null as an empty text, methods of Python's that the engine lacks, and in conditions what is true.
// All else is copied as it stands.
import { acceptable, quoted } from './literals.ts';
import { OWN_METHODS, OWN_NAMES, TAKES_TEXT, TEXT_METHODS } from './names-of-the-engine.ts';
import { canStandTwice, mayBeNull } from './null.ts';
import type { Rewritten } from './origins.ts';
import { SourceWriter } from './source-writer.ts';
import { bare, childrenOf, type Node } from './syntax.ts';
import { type Taken, takenBy, takenText, textOf } from './taken.ts';
import type { Block, Parsed } from './template-parser.ts';

/** @throws TooMuch */
export function rewrite(parsed: Parsed): Rewritten {
  const writer = new Rewriter(parsed);
  if (parsed.condition) writer.writeCondition(parsed.condition);
  else for (const block of parsed.blocks) writer.writeBlock(block);
  return { text: writer.text, origins: writer.origins, taken: writer.taken };
}

class Rewriter extends SourceWriter {
  readonly taken: string[] = [];
  readonly #isCondition: boolean;
  readonly #locals: ReadonlySet<string>;

  constructor({ source, condition, locals }: Parsed) {
    super(source);
    this.#isCondition = condition !== undefined;
    this.#locals = locals;
  }

  writeCondition(node: Node): void {
    this.add(`{{ ${OWN_NAMES.decide}(`);
    if (isLogic(bare(node))) this.#truth(node);
    else this.value(node);
    this.add(') }}');
  }

  writeBlock({ segment: { start, end }, printed, asked, others }: Block): void {
    if (printed) {
      this.#print(start, printed, end);
      return;
    }
    this.copy(
      start,
      [...asked, ...others].sort((a, b) => a.start - b.start),
      end,
    );
  }

  #print(start: number, node: Node, end: number): void {
    const isPlain = !mayBeNull(node, this.#locals) || canStandTwice(node) || bare(node).type === 'choice';
    if (isPlain) {
      this.copy(start, [node], end, () => this.#asText(node));
      return;
    }
    // What is missing is still the engine's to refuse, which a function would hide.
    const [open, close] = [this.#signAt(start + 2), this.#signAt(end - 3)];
    this.from(node, () => {
      this.add(`{%${open} set ${OWN_NAMES.printed} = `);
      this.value(node);
      this.add(` %}{{ (${OWN_NAMES.printed} if ${OWN_NAMES.printed} != none else "") ${close}}}`);
    });
  }

  #signAt(at: number): string {
    const sign = this.source[at] ?? '';
    return sign === '-' || sign === '+' ? sign : '';
  }

  protected writeValue(node: Node): void {
    const taken = this.#isCondition ? takenBy(node) : undefined;
    if (taken && !taken.isOfItems) {
      this.#item(node, taken);
      return;
    }
    switch (node.type) {
      case 'literal':
        this.add((node.strings ?? [node]).map((part) => acceptable(this.source.slice(part.start, part.end))).join(' '));
        return;
      case 'comparison':
        this.#comparison(node);
        return;
      case 'join':
        this.copy(node.start, [node.left, node.right], node.end, (part) => this.#asText(part));
        return;
      case 'filter':
        this.#filter(node);
        return;
      case 'call':
        this.#call(node);
        return;
      case 'and':
      case 'or':
      case 'not':
      case 'choice':
        if (this.#isCondition) this.#logic(node);
        else this.#copyNode(node);
        return;
      default:
        this.#copyNode(node);
    }
  }

  #copyNode(node: Node): void {
    this.copy(
      node.start,
      childrenOf(node).sort((a, b) => a.start - b.start),
      node.end,
    );
  }

  /** A name that no row has is an error; one that comes out of the row is a complaint wherever it is missing. */
  #item(node: Node, taken: Taken): void {
    const otherwise = node.type === 'call' ? node.args.values[1] : undefined;
    if (otherwise) this.add('(');
    this.add(`${OWN_NAMES.item}(`);
    this.value(taken.from);
    this.#addTaken(taken);
    if (!otherwise) return;
    this.add(' | default(');
    this.value(otherwise);
    this.add('))');
  }

  #addTaken(taken: Taken): void {
    const { name } = taken;
    this.add(', ');
    if (typeof name === 'string') this.add(quoted(name));
    else this.value(name);
    if (textOf(name) !== undefined) {
      this.add(`, ${this.taken.length}`);
      this.taken.push(takenText(taken, this.source));
    }
    this.add(')');
  }

  #comparison({ first, rest }: Node & { type: 'comparison' }): void {
    this.add(`${OWN_NAMES.compare}(`);
    this.value(first);
    for (const { operator, right } of rest) {
      this.add(`, "${operator}", `);
      this.value(right);
    }
    this.add(')');
  }

  #filter(node: Node & { type: 'filter' }): void {
    const { operand, name, args, nameAt, end } = node;
    const taken = this.#isCondition ? takenBy(node) : undefined;
    if (taken) {
      this.add(`${OWN_NAMES.items}(`);
      this.value(operand);
      this.#addTaken(taken);
    } else if (TAKES_TEXT.has(name)) this.#asText(operand);
    else this.value(operand);
    this.addSource(operand.end, nameAt.start);
    const from = this.text.length;
    this.copy(nameAt.start, args.values, end);
    this.origins.push({ from, to: this.text.length, start: nameAt.start, end });
  }

  #call(node: Node & { type: 'call' }): void {
    const { callee, args, end } = node;
    const [key, otherwise] = args.values;
    if (callee.type === 'attribute' && callee.name === 'get' && key && otherwise) {
      // The engine's own takes no default.
      this.add('(');
      this.copy(node.start, [callee.object, key], key.end);
      this.add(') | default(');
      this.value(otherwise);
      this.add('))');
      return;
    }
    if (callee.type !== 'attribute' || !(OWN_METHODS.has(callee.name) || TEXT_METHODS.has(callee.name))) {
      // A method is not taken by its name, as a field is.
      if (callee.type === 'attribute') this.copy(node.start, [callee.object, ...args.values], end);
      else this.#copyNode(node);
      return;
    }
    const isOwn = OWN_METHODS.has(callee.name);
    if (isOwn) this.add('(');
    this.#asText(callee.object);
    this.add(isOwn ? ` | ${callee.name}` : `.${callee.name}`);
    this.copy(callee.end, args.values, end);
    if (isOwn) this.add(')');
  }

  /** Null as an empty text. */
  #asText(node: Node): void {
    this.from(node, () => this.#writeAsText(node));
  }

  #writeAsText(node: Node): void {
    const inner = bare(node);
    if (!mayBeNull(inner, this.#locals)) {
      this.value(node);
    } else if (inner.type === 'literal') {
      this.add('""');
    } else if (inner.type === 'choice') {
      this.add('(');
      this.#asText(inner.chosen);
      this.add(' if ');
      this.#truth(inner.test);
      if (inner.otherwise) {
        this.add(' else ');
        this.#asText(inner.otherwise);
      }
      this.add(')');
    } else if (canStandTwice(inner)) {
      this.add('(');
      this.value(node);
      this.add(' if ');
      this.value(node);
      // What a row lacks is undefined, and in a condition as good as null, as the test has it.
      this.add(this.#isCondition ? ' is not none else "")' : ' != none else "")');
    } else {
      this.add(`${OWN_NAMES.text}(`);
      this.value(node);
      this.add(')');
    }
  }

  /** In a condition, the text "false" is false: a CSV file has no other. */
  #truth(node: Node): void {
    const inner = bare(node);
    if (!this.#isCondition || inner.type === 'comparison' || inner.type === 'test') {
      this.value(node);
    } else if (inner.type === 'not') {
      this.#logic(inner);
    } else if (inner.type === 'and' || inner.type === 'or') {
      this.add('(');
      this.#truth(inner.left);
      this.add(` ${inner.type} `);
      this.#truth(inner.right);
      this.add(')');
    } else {
      this.add(`${OWN_NAMES.truth}(`);
      this.value(node);
      this.add(')');
    }
  }

  /** What comes out is a value of the two and not its truth. */
  #logic(node: Node & { type: 'and' | 'or' | 'not' | 'choice' }): void {
    this.add(node.type === 'not' ? '(not ' : '(');
    switch (node.type) {
      case 'not':
        this.#truth(node.operand);
        break;
      case 'or':
        this.#choice(node.left, node.left, node.right);
        break;
      case 'and':
        this.#choice(node.right, node.left, node.left);
        break;
      default:
        this.#choice(node.chosen, node.test, node.otherwise);
    }
    this.add(')');
  }

  #choice(then: Node, test: Node, otherwise: Node | undefined): void {
    this.value(then);
    this.add(' if ');
    this.#truth(test);
    this.add(' else ');
    if (otherwise) this.value(otherwise);
    else this.add('none');
  }
}

function isLogic({ type }: Node): boolean {
  return type === 'and' || type === 'or' || type === 'not';
}
