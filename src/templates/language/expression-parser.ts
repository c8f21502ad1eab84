// Reads the engine's expressions: operators, filters and tests over values, by precedence climbing, with the engine's own
// order of operators.
import type { Args, Node } from './syntax.ts';
import { RESERVED, ValueParser } from './value-parser.ts';

const COMPARISONS = ['==', '!=', '<', '<=', '>', '>='];

export class ExpressionParser extends ValueParser {
  /** @throws NotUnderstood */
  expression(): Node {
    return this.deeper(() => {
      let node = this.#or();
      while (this.skip('if')) {
        const test = this.#or();
        const otherwise = this.skip('else') ? this.expression() : undefined;
        const end = (otherwise ?? test).end;
        node = { type: 'choice', chosen: node, test, ...(otherwise && { otherwise }), start: node.start, end };
      }
      return node;
    });
  }

  /** Without a choice: what a loop goes over, where `if` chooses among its turns. */
  withoutChoice(): Node {
    return this.#or();
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
    const operand = this.deeper(() => this.#not());
    return { type: 'not', operand, start, end: operand.end };
  }

  #comparison(): Node {
    const first = this.#sum();
    const rest: { operator: string; right: Node }[] = [];
    for (;;) {
      const token = this.peek() ?? '';
      if (COMPARISONS.includes(token) || token === 'in') {
        this.take();
        rest.push({ operator: token, right: this.#sum() });
      } else if (token === 'not' && this.peek(1) === 'in') {
        this.take(2);
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
          this.#leftToRight(['**'], 'arithmetic', () => this.#filtered()),
        ),
      ),
    );
  }

  #leftToRight(operators: string[], type: 'and' | 'or' | 'join' | 'arithmetic', operand: () => Node): Node {
    let left = operand();
    while (operators.includes(this.peek() ?? '')) {
      this.take();
      this.countChained();
      const right = operand();
      left = { type, left, right, start: left.start, end: right.end };
    }
    return left;
  }

  /** A value with the filters and tests behind it. */
  #filtered(): Node {
    let node = this.value();
    for (; ; this.countChained()) {
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
    const token = this.next;
    const isValue =
      token !== undefined &&
      (token.type === 'operator'
        ? '[{-'.includes(token.text)
        : !RESERVED.includes(token.text) || token.type === 'string');
    if (!isValue) return { values: [] };
    return { values: [this.value()] };
  }
}
