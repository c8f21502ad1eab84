// The other half of aws-iam-mcp: its command `approve --bridge` as a child, with one JSON object a line both ways.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';

/** Emits `line` with each object, and `end` with the exit code. */
export class Bridge extends EventEmitter {
  #child;

  /** @param options of the program: the state dir and the config file, where they are not the usual ones */
  constructor({ program, keyFile, options = [] }) {
    super();
    const args = [program, 'approve', '--bridge', '--key', keyFile, ...options];
    // It has no use for the chat's password.
    const { CHAT_PASSWORD: _, ...env } = process.env;
    this.#child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child.stdin.on('error', () => {});
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.emit('line', JSON.parse(line)));
    this.#child.on('error', () => this.emit('end', null));
    this.#child.on('close', (code) => this.emit('end', code));
  }

  answer({ id, decision, typed, by }) {
    this.#child.stdin.write(`${JSON.stringify({ id, decision, typed, by })}\n`);
  }

  /** The end of its input is the end of it. */
  stop() {
    this.#child.stdin.end();
  }
}
