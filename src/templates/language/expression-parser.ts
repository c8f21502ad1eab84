// Reads the engine's expressions: precedence climbing over tokens, with the engine's own order of operators.
import { NotUnderstood, type Token, TooDeep } from './lexer.ts';
import { textIn } from './literals.ts';
import type { Args, Node } from './syntax.ts';

// Less than the engine's own, as each level here is several calls.
const DEEPEST = 100;
// Operators, filters or attributes one after the other.
const LONGEST_CHAIN = 500;
const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];
const CONSTANTS: Record<string, boolean | null> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
const RESERVED = ['and', 'or', 'not', 'if', 'else', 'in', 'is'];

export class ExpressionParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;
  #chained = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  get isAtEnd(): boolean {
    return this.#next >= this.#tokens.length;
  }

  peek(ahead = 0): string | undefined {
    const token = this.#tokens[this.#next + ahead];
    return token?.type === 'string' ? undefined : token?.text;
  }

  /** Takes the token where it is that one. */
  skip(text: string): boolean {
    if (this.peek() !== text) return false;
    this.#next++;
    return true;
  }

  expect(text: string): void {
    if (!this.skip(text)) throw new NotUnderstood();
  }

  name(): Token {
    const token = this.take();
    if (token.type !== 'name') throw new NotUnderstood();
    return token;
  }

  take(): Token {
    const token = this.#tokens[this.#next++];
    if (!token) throw new NotUnderstood();
    return token;
  }

  expectEnd(): void {
    if (!this.isAtEnd) throw new NotUnderstood();
  }

  /** @throws NotUnderstood */
  expression(): Node {
    if (++this.#depth > DEEPEST) throw new TooDeep();
    let node = this.#or();
    while (this.skip('if')) {
      const test = this.#or();
      const otherwise = this.skip('else') ? this.expression() : undefined;
      const end = (otherwise ?? test).end;
      node = { type: 'choice', chosen: node, test, ...(otherwise && { otherwise }), start: node.start, end };
    }
    this.#depth--;
    return node;
  }

  /** Without a choice: what a loop goes over, where `if` chooses among its turns. */
  withoutChoice(): Node {
    return this.#or();
  }

  /** A value with attributes and calls, as it stands behind a test: `is eq a.b`. */
  postfix(): Node {
    return this.#postfix(this.#unaryOnly());
  }

  /** With the brackets around them. */
  args(): Args {
    const { start } = this.take();
    const values: Node[] = [];
    while (this.peek() !== ')') {
      if (!this.skip('*')) this.skip('**');
      if (this.peek(1) === '=') this.#next += 2;
      values.push(this.expression());
      if (this.peek() !== ')') this.expect(',');
    }
    return { values, at: { start, end: this.take().end } };
  }

  #or(): Node {
    return this.#leftToRight(['or'], 'or', () => this.#and());
  }

  #and(): Node {
    return this.#leftToRight(['and'], 'and', () => this.#not());
  }

  #not(): Node {
    if (this.peek() !== 'not') return this.#comparison();
    const { start } = this.take();
    if (++this.#depth > DEEPEST) throw new TooDeep();
    const operand = this.#not();
    this.#depth--;
    return { type: 'not', operand, start, end: operand.end };
  }

  #comparison(): Node {
    const first = this.#sum();
    const rest: { operator: string; right: Node }[] = [];
    for (;;) {
      const token = this.peek() ?? '';
      if (COMPARISONS.includes(token) || token === 'in') {
        this.#next++;
        rest.push({ operator: token, right: this.#sum() });
      } else if (token === 'not' && this.peek(1) === 'in') {
        this.#next += 2;
        rest.push({ operator: 'not in', right: this.#sum() });
      } else {
        const end = rest.at(-1)?.right.end ?? first.end;
        return rest.length === 0 ? first : { type: 'comparison', first, rest, start: first.start, end };
      }
    }
  }

  #sum(): Node {
    return this.#leftToRight(['+', '-'], 'arithmetic', () =>
      this.#leftToRight(['~'], 'join', () =>
        this.#leftToRight(['*', '/', '//', '%'], 'arithmetic', () =>
          this.#leftToRight(['**'], 'arithmetic', () => this.#unary()),
        ),
      ),
    );
  }

  #leftToRight(operators: string[], type: 'and' | 'or' | 'join' | 'arithmetic', operand: () => Node): Node {
    let left = operand();
    while (operators.includes(this.peek() ?? '')) {
      this.#next++;
      this.#countChained();
      const right = operand();
      left = { type, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  #unary(): Node {
    let node = this.#postfix(this.#unaryOnly());
    for (; ; this.#countChained()) {
      const { start } = node;
      if (this.skip('|')) {
        const name = this.name();
        const args = this.peek() === '(' ? this.args() : { values: [] };
        node = {
          type: 'filter',
          operand: node,
          name: name.text,
          nameAt: name,
          args,
          start,
          end: args.at?.end ?? name.end,
        };
      } else if (this.skip('is')) {
        this.skip('not');
        const name = this.name();
        const args = this.#argsOfTest();
        const end = args.at?.end ?? args.values[0]?.end ?? name.end;
        node = { type: 'test', operand: node, name: name.text, nameAt: name, args, start, end };
      } else {
        return node;
      }
    }
  }

  #argsOfTest(): Args {
    if (this.peek() === '(') return this.args();
    const token = this.#tokens[this.#next];
    const isValue =
      token !== undefined &&
      (token.type === 'operator'
        ? '[{-'.includes(token.text)
        : !RESERVED.includes(token.text) || token.type === 'string');
    if (!isValue) return { values: [] };
    return { values: [this.postfix()] };
  }

  #countChained(): void {
    if (++this.#chained > LONGEST_CHAIN) throw new TooDeep();
  }

  #unaryOnly(): Node {
    if (this.peek() !== '-' && this.peek() !== '+') return this.#primary();
    const { start } = this.take();
    if (++this.#depth > DEEPEST) throw new TooDeep();
    const operand = this.#unaryOnly();
    this.#depth--;
    return { type: 'unary', operand, start, end: operand.end };
  }

  #postfix(primary: Node): Node {
    let node = primary;
    for (; ; this.#countChained()) {
      const { start } = node;
      if (this.skip('.')) {
        const name = this.name();
        node = { type: 'attribute', object: node, name: name.text, start, end: name.end };
      } else if (this.peek() === '(') {
        const args = this.args();
        node = { type: 'call', callee: node, args, start, end: args.at?.end ?? start };
      } else if (this.skip('[')) {
        node = this.#subscript(node);
      } else {
        return node;
      }
    }
  }

  #subscript(object: Node): Node {
    const parts: Node[] = [];
    let isSlice = false;
    while (this.peek() !== ']') {
      if (this.skip(':')) isSlice = true;
      else parts.push(this.expression());
    }
    const { end } = this.take();
    const { start } = object;
    const [index] = parts;
    if (isSlice) return { type: 'slice', object, parts, start, end };
    if (!index || parts.length > 1) throw new NotUnderstood();
    return { type: 'index', object, index, start, end };
  }

  #primary(): Node {
    const token = this.take();
    const { start, end, text } = token;
    if (token.type === 'number') return { type: 'literal', value: Number(text.replaceAll('_', '')), start, end };
    if (token.type === 'string') return this.#string(token);
    if (token.type === 'name') {
      if (RESERVED.includes(text)) throw new NotUnderstood();
      const value = Object.hasOwn(CONSTANTS, text) ? CONSTANTS[text] : undefined;
      return value === undefined ? { type: 'name', name: text, start, end } : { type: 'literal', value, start, end };
    }
    if (text === '(') return this.#inBrackets(start);
    if (text === '[') return this.#items(start, ']');
    if (text === '{') return this.#items(start, '}');
    throw new NotUnderstood();
  }

  #string(first: Token): Node {
    const strings = [first];
    while (this.#tokens[this.#next]?.type === 'string') strings.push(this.take());
    const value = strings.map(({ text }) => textIn(text)).join('');
    return { type: 'literal', value, strings, start: first.start, end: strings.at(-1)?.end ?? first.end };
  }

  #inBrackets(start: number): Node {
    const items: Node[] = [];
    let isTuple = this.peek() === ')';
    while (this.peek() !== ')') {
      items.push(this.expression());
      if (this.peek() === ')') break;
      this.expect(',');
      isTuple = true;
    }
    const { end } = this.take();
    const [inner] = items;
    return isTuple || !inner ? { type: 'list', items, start, end } : { type: 'group', inner, start, end };
  }

  /** Of a list, or of a dict, where keys are items too. */
  #items(start: number, closing: ']' | '}'): Node {
    const items: Node[] = [];
    while (this.peek() !== closing) {
      items.push(this.expression());
      if (closing === '}') {
        this.expect(':');
        items.push(this.expression());
      }
      if (this.peek() !== closing) this.expect(',');
    }
    return { type: 'list', items, start, end: this.take().end };
  }
}
