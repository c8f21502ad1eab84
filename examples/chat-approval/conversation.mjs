// What the bot takes from the room, and what it says there. It decides nothing about a request: that is the server's.
import { endText, inMessages, requestText, resultText } from './texts.mjs';

const COMMAND = /^\s*(approve|decline)\s+([a-z2-9]{6})(?:\s+(\S.{0,400}?))?\s*$/i;

export class Conversation {
  #room;
  #bridge;
  #approvers;
  #posted;
  /** Those that wait, as far as was heard. */
  #waiting = new Set();
  #heard = Promise.resolve();

  constructor(room, bridge, approvers, posted) {
    this.#room = room;
    this.#bridge = bridge;
    this.#approvers = new Set(approvers.map((address) => address.toLowerCase()));
    this.#posted = posted;
  }

  /** @param message of a person, with the real address from which it came */
  read({ address, text }) {
    const [, verb, id, typed = ''] = COMMAND.exec(text) ?? [];
    if (verb === undefined) return;
    if (!this.#approvers.has(address)) this.#room.say(`${address}: you are not on the list of approvers.`);
    else this.#bridge.answer({ id: id.toLowerCase(), decision: verb.toLowerCase(), typed, by: address });
  }

  /** @param line of the bridge; it is dealt with once those before it are */
  hear(line) {
    this.#heard = this.#heard.then(() => this.#take(line));
  }

  #take(line) {
    const { event, id, by, way, what } = line;
    if (event === 'request') return this.#post(line);
    if (event === 'ready') return this.#tellOfMissed();
    if (event === 'result') return this.#room.say(`${by}: ${resultText(line)}`);
    if (event === 'error') return process.stderr.write(`${what}\n`);
    if (event === 'ended') return this.#end(line);
    if (!this.#posted.get(id) || this.#posted.get(id).isDone) return undefined;
    if (event === 'answered') return this.#room.say(`${id}: agreed to by ${way}, ${by}.`);
    this.#posted.set(id, { hasEnded: true, isDone: true });
    return this.#room.say(`${id}: ${what}`);
  }

  /** Again, where it is not the plan that was posted: then somebody has changed it. */
  async #post(line) {
    const { id, digest } = line;
    this.#waiting.add(id);
    if (this.#posted.get(id)?.digest === digest) return;
    for (const message of inMessages(requestText(line))) await this.#room.say(message);
    this.#posted.set(id, { digest });
  }

  #end(line) {
    const { id, how } = line;
    this.#waiting.delete(id);
    if (!this.#posted.get(id) || this.#posted.get(id).hasEnded) return;
    // Of a change that is being made, it is told what it comes to.
    this.#posted.set(id, { hasEnded: true, isDone: how !== 'used' });
    this.#room.say(`${id}: ${endText(line)}`);
  }

  /** What was posted before this start, and is neither waiting nor kept any more. */
  #tellOfMissed() {
    for (const id of this.#posted.ids()) if (!this.#waiting.has(id)) this.#end({ id });
  }
}
