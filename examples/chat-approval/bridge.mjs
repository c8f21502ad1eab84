// The other half: `aws-iam-mcp approve --bridge` as a child, with one JSON object a line both ways.
import { spawn } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createInterface } from 'node:readline';

/** Emits `line` with each object, and `end` with the exit code. */
export class Bridge extends EventEmitter {
  #child;

  /** @param options of the program: the state dir and the config file, where they are not the usual ones */
  constructor({ program, keyFile, options = [] }, env) {
    super();
    const args = [program, 'approve', '--bridge', '--key', keyFile, ...options];
    this.#child = spawn(process.execPath, args, { env, stdio: ['pipe', 'pipe', 'inherit'] });
    // It has ended then, which is told below.
    this.#child.stdin.on('error', () => {});
    this.#child.on('close', (code) => this.emit('end', code));
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.emit('line', JSON.parse(line)));
  }

  /** @param answer with `id`, `decision`, `typed` and `by` */
  answer(answer) {
    this.#child.stdin.write(`${JSON.stringify(answer)}\n`);
  }
}
