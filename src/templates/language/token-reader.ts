// Goes through the tokens of an expression, one after the other.
import { NotUnderstood, type Token } from './lexer.ts';

export class TokenReader {
  readonly #tokens: readonly Token[];
  #next = 0;

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

  /** The token that is next, of whatever type. */
  get next(): Token | undefined {
    return this.#tokens[this.#next];
  }

  /** Takes the token where it is that one. */
  skip(text: string): boolean {
    if (this.peek() !== text) return false;
    this.#next++;
    return true;
  }

  /** @throws NotUnderstood */
  expect(text: string): void {
    if (!this.skip(text)) throw new NotUnderstood();
  }

  /** @throws NotUnderstood */
  name(): Token {
    const token = this.take();
    if (token.type !== 'name') throw new NotUnderstood();
    return token;
  }

  /** @returns the last one that was taken. @throws NotUnderstood where there are not so many */
  take(count = 1): Token {
    this.#next += count;
    const token = this.#tokens[this.#next - 1];
    if (!token) throw new NotUnderstood();
    return token;
  }

  /** @throws NotUnderstood */
  expectEnd(): void {
    if (!this.isAtEnd) throw new NotUnderstood();
  }
}
