// Reads the values of the engine's expressions: names, literals, lists, with their attributes, calls and brackets.
import { NotUnderstood, type Token, TooDeep } from './lexer.ts';
import { textIn } from './literals.ts';
import type { Args, Node } from './syntax.ts';
import { TokenReader } from './token-reader.ts';

// Less than the engine's own, as each level here is several calls.
const DEEPEST = 100;
// Operators, filters or attributes one after the other.
const LONGEST_CHAIN = 500;
const CONSTANTS: Record<string, boolean | null> = {
  true: true,
  True: true,
  false: false,
  False: false,
  none: null,
  None: null,
};
export const RESERVED = ['and', 'or', 'not', 'if', 'else', 'in', 'is'];

export abstract class ValueParser extends TokenReader {
  #depth = 0;
  #chained = 0;

  /** A value or several, with operators and filters. @throws NotUnderstood */
  abstract expression(): Node;

  /** With its sign, attributes and calls: what filters and operators are about. @throws NotUnderstood */
  value(): Node {
    let node = this.#signed();
    for (; ; this.countChained()) {
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

  /** With the brackets around them. */
  args(): Args {
    const { start } = this.take();
    const values: Node[] = [];
    const named = new Map<string, Node>();
    while (this.peek() !== ')') {
      if (!this.skip('*')) this.skip('**');
      const name = this.peek(1) === '=' ? this.take().text : undefined;
      if (name !== undefined) this.take();
      const value = this.expression();
      values.push(value);
      if (name !== undefined) named.set(name, value);
      if (this.peek() !== ')') this.expect(',');
    }
    return { values, named, at: { start, end: this.take().end } };
  }

  /** One level below. */
  protected deeper(read: () => Node): Node {
    if (++this.#depth > DEEPEST) throw new TooDeep();
    const node = read();
    this.#depth--;
    return node;
  }

  protected countChained(): void {
    if (++this.#chained > LONGEST_CHAIN) throw new TooDeep();
  }

  #signed(): Node {
    if (this.peek() !== '-' && this.peek() !== '+') return this.#primary();
    const { start } = this.take();
    const operand = this.deeper(() => this.#signed());
    return { type: 'unary', operand, start, end: operand.end };
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
    while (this.next?.type === 'string') strings.push(this.take());
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
