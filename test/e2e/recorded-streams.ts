// What a server wrote, every byte of it, and the rules that hold for all servers in all tests: stdout carries JSON-RPC
// alone, stderr is silent, and no character that a terminal or a reader's eye would obey comes out raw.
import type { Readable } from 'node:stream';
import { JSONRPCMessageSchema } from '@modelcontextprotocol/sdk/types.js';

/** Control characters but the line break; bidirectional and other invisible ones; separators; lone surrogates. */
export const UNSEEN = /(?!\n)[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u;

export class RecordedStreams {
  #stdout = '';
  #stderr = '';
  readonly #onOutput = new Set<() => void>();

  constructor(stdout: Readable, stderr: Readable) {
    stdout.on('data', (chunk: Buffer) => {
      this.#stdout += chunk.toString('latin1');
      for (const look of this.#onOutput) look();
    });
    stderr.on('data', (chunk: Buffer) => {
      this.#stderr += chunk.toString();
    });
  }

  get stdout(): string {
    return Buffer.from(this.#stdout, 'latin1').toString();
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** The whole lines so far, an unfinished last one left out. */
  get lines(): string[] {
    return this.stdout.split('\n').slice(0, -1);
  }

  /** Calls `look` after each piece of stdout until it returns something. */
  async until<T>(look: () => T | undefined): Promise<T> {
    const found = look();
    if (found !== undefined) return found;
    return new Promise((resolve) => {
      const again = () => {
        const value = look();
        if (value === undefined) return;
        this.#onOutput.delete(again);
        resolve(value);
      };
      this.#onOutput.add(again);
    });
  }

  /** @returns one sentence for each rule that was broken */
  brokenRules(): string[] {
    const foreign = this.stdout.split('\n').filter((line) => line !== '' && !isJsonRpc(line));
    const unseen = this.lines.filter((line) => UNSEEN.test(line));
    return [
      ...foreign.map((line) => `stdout has a line that is not JSON-RPC: ${JSON.stringify(line.slice(0, 200))}`),
      ...unseen.map((line) => `stdout has a raw control character: ${JSON.stringify(line.slice(0, 200))}`),
      ...(this.#stderr === '' ? [] : [`stderr is not silent: ${JSON.stringify(this.#stderr.slice(0, 500))}`]),
    ];
  }
}

function isJsonRpc(line: string): boolean {
  try {
    return JSONRPCMessageSchema.safeParse(JSON.parse(line)).success;
  } catch {
    return false;
  }
}
