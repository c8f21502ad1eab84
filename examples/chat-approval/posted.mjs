// Which requests stand in the room, in a small file, so that a bot that was started anew posts nothing twice.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

const KEPT_MS = 60 * 60 * 1000;

export class Posted {
  #file;
  /** Ids with `at`, when it was posted, and `hasEnded`. */
  #requests = {};

  constructor(file) {
    this.#file = file;
    try {
      this.#requests = JSON.parse(readFileSync(file, 'utf8'));
    } catch (error) {
      if (error.code !== 'ENOENT') throw new Error(`${file} cannot be read: ${error.message}`);
    }
  }

  has(id) {
    return Object.hasOwn(this.#requests, id);
  }

  isOpen(id) {
    return this.has(id) && !this.#requests[id].hasEnded;
  }

  open() {
    return Object.keys(this.#requests).filter((id) => this.isOpen(id));
  }

  add(id) {
    this.#requests[id] = { at: Date.now() };
    this.#save();
  }

  end(id) {
    this.#requests[id].hasEnded = true;
    this.#save();
  }

  remove(id) {
    delete this.#requests[id];
    this.#save();
  }

  #save() {
    const young = Object.entries(this.#requests).filter(([, { at }]) => Date.now() < at + KEPT_MS);
    this.#requests = Object.fromEntries(young);
    writeFileSync(`${this.#file}.new`, JSON.stringify(this.#requests), { mode: 0o600 });
    renameSync(`${this.#file}.new`, this.#file);
  }
}
