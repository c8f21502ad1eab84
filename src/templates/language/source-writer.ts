// What is written of a template, most of it copied from its source, and from where in it each piece comes.
import type { Origin } from './origins.ts';
import type { Node } from './syntax.ts';

// Some constructs stand twice in what is written; nested, they multiply.
const LONGEST = 200_000;

/** It would be too long. */
export class TooMuch extends Error {}

export abstract class SourceWriter {
  text = '';
  readonly origins: Origin[] = [];
  protected readonly source: string;

  constructor(source: string) {
    this.source = source;
  }

  /** Writes one node, anew or as it stands. */
  protected abstract writeValue(node: Node): void;

  protected add(text: string): void {
    this.text += text;
    if (this.text.length > LONGEST) throw new TooMuch();
  }

  protected addSource(start: number, end: number): void {
    const from = this.text.length;
    this.add(this.source.slice(start, end));
    this.origins.push({ from, to: this.text.length, start, end, isCopy: true });
  }

  /** The source, with the nodes in it written anew. */
  protected copy(start: number, nodes: readonly Node[], end: number, write = (node: Node) => this.value(node)): void {
    let from = start;
    for (const node of nodes) {
      this.addSource(from, node.start);
      write(node);
      from = node.end;
    }
    this.addSource(from, end);
  }

  protected value(node: Node): void {
    this.from(node, () => this.writeValue(node));
  }

  protected from({ start, end }: Node, write: () => void): void {
    const from = this.text.length;
    write();
    this.origins.push({ from, to: this.text.length, start, end });
  }
}
