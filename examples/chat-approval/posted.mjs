// Which requests stand in the room, in a small file, so that a bot that is started again posts nothing twice.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';

const KEPT_MS = 60 * 60 * 1000;

/** Of each id: `digest` of the plan that was posted, `at`, when that was, and `hasEnded`. */
export class Posted {
  #file;
  #requests;

  constructor(file) {
    this.#file = file;
    this.#requests = new Map(existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : []);
  }

  get = (id) => this.#requests.get(id);
  ids = () => [...this.#requests.keys()];

  set(id, request) {
    this.#requests.set(id, { at: Date.now(), ...request });
    const young = [...this.#requests].filter(([, { at }]) => Date.now() < at + KEPT_MS);
    this.#requests = new Map(young);
    // Whole or not at all, also when the bot is killed.
    writeFileSync(`${this.#file}.new`, JSON.stringify(young), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
