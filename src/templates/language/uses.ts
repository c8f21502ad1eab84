// The names that a template takes from its scope, and whether there are the filters, tests, functions and methods that it
// asks for. The engine's strict mode has holes: it complains about a missing value that is printed, looped over or asked
// for its truth; one that goes into a filter or an operator is an empty text to it (`arn-{{ typo | lower }}`).
import { BUILT_IN, FILTERS, FUNCTIONS, HABITS, METHODS, OWN_NAMES, TESTS } from './names-of-the-engine.ts';
import { nearest } from './nearest.ts';
import { bare, childrenOf, type Node, pathOf } from './syntax.ts';
import { expressionsOf, type Parsed } from './template-parser.ts';

interface Use {
  path: string[];
  /** Should it be missing, the engine complains once it comes there: a branch not taken is no reason to. */
  isChecked: boolean;
  /** The template itself asks whether it is there. */
  isGuarded: boolean;
}

export interface Unknown {
  kind: 'filter' | 'test' | 'function' | 'method';
  name: string;
}

export interface Uses {
  uses: Use[];
  /** All names that may be asked of the scope, with their second steps; nothing where it may be any of them. */
  roots: Map<string, Set<string> | undefined>;
  unknown?: Unknown;
}

export function usesIn(parsed: Parsed): Uses {
  const collector = new Collector(parsed);
  for (const { node, isAsked } of expressionsOf(parsed)) collector.visit(node, isAsked);
  for (const { filters } of parsed.blocks) for (const name of filters) collector.check('filter', name);
  return collector;
}

const KNOWN = { filter: FILTERS, test: TESTS, function: FUNCTIONS, method: METHODS };
const ASKS_WHETHER_THERE = ['defined', 'undefined', 'none'];

class Collector implements Uses {
  readonly uses: Use[] = [];
  readonly roots: Uses['roots'] = new Map();
  unknown: Unknown | undefined;
  readonly #locals: ReadonlySet<string>;

  constructor({ locals }: Parsed) {
    this.#locals = locals;
  }

  check(kind: Unknown['kind'], name: string): void {
    if (!KNOWN[kind].includes(name)) this.unknown ??= { kind, name };
  }

  visit(node: Node, isChecked: boolean, isGuarded = false): void {
    const path = pathOf(node);
    if (path) {
      this.#addPath(path, isChecked, isGuarded, bare(node));
      return;
    }
    switch (node.type) {
      case 'group':
        this.visit(node.inner, isChecked, isGuarded);
        return;
      case 'choice':
        this.visit(node.chosen, isChecked);
        this.visit(node.test, true);
        if (node.otherwise) this.visit(node.otherwise, isChecked);
        return;
      case 'filter':
        this.check('filter', node.name);
        this.visit(node.operand, false, node.name === 'default' || node.name === 'd');
        this.#visitAll(node.args.values);
        return;
      case 'test':
        this.check('test', node.name);
        this.visit(node.operand, false, ASKS_WHETHER_THERE.includes(node.name));
        this.#visitAll(node.args.values);
        return;
      case 'call':
        this.#visitCallee(node.callee);
        this.#visitAll(node.args.values);
        return;
      default:
        this.#visitAll(childrenOf(node));
    }
  }

  #visitAll(nodes: readonly Node[]): void {
    for (const node of nodes) this.visit(node, false);
  }

  #addPath(path: string[], isChecked: boolean, isGuarded: boolean, node: Node): void {
    const [root = '', second] = path;
    const seconds = this.roots.has(root) ? this.roots.get(root) : new Set<string>();
    if (second !== undefined) seconds?.add(second);
    this.roots.set(root, second === undefined || this.#locals.has(root) ? undefined : seconds);
    const isGet = node.type === 'call';
    if (isGet) this.#visitAll(node.args.values.slice(1));
    if (!this.#isOwn(root)) this.uses.push({ path, isChecked, isGuarded: isGuarded || isGet });
  }

  #visitCallee(callee: Node): void {
    if (callee.type === 'name') {
      if (!this.#isOwn(callee.name) && !BUILT_IN.has(callee.name)) this.check('function', callee.name);
    } else if (callee.type === 'attribute') {
      const [root = ''] = pathOf(callee.object) ?? [];
      if (!this.#isOwn(root) && !BUILT_IN.has(root)) this.check('method', callee.name);
      this.visit(callee.object, false);
    } else {
      this.visit(callee, false);
    }
  }

  #isOwn(name: string): boolean {
    return this.#locals.has(name) || Object.values<string>(OWN_NAMES).includes(name);
  }
}

/** Says what is unknown and what comes near to it, or what there is. */
export function unknownText({ kind, name }: Unknown): string {
  const known = KNOWN[kind];
  const habit = kind === 'function' && Object.hasOwn(HABITS, name) ? HABITS[name] : undefined;
  const near = habit === undefined ? nearest(name, known) : [habit];
  const hint = near.length > 0 ? `did you mean ${near.join(' or ')}? There` : 'there';
  return `unknown ${kind} ${name}; ${hint} are ${known.join(', ')}`;
}
