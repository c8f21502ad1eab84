// What the bot says in the room, and what it takes from it. It decides nothing about a request: that is the server's.

// Many chat servers refuse longer messages, or rooms cut them.
const LONGEST_MESSAGE = 3000;
const FEW_ROWS = 5;
const COMMAND = /^\s*(approve|decline)\s+([a-z2-9]{6})(?:\s+(\S.{0,400}?))?\s*$/i;

export class Conversation {
  #room;
  #bridge;
  #approvers;
  #posted;
  /** Those that wait, as far as was heard. */
  #waiting = new Set();
  #heard = Promise.resolve();

  constructor({ room, bridge, approvers, posted }) {
    this.#room = room;
    this.#bridge = bridge;
    this.#approvers = new Set(approvers.map((address) => address.toLowerCase()));
    this.#posted = posted;
  }

  /** @param line of the bridge; each is dealt with once those before it are */
  hear(line) {
    this.#heard = this.#heard.then(() => this.#take(line));
  }

  #take(line) {
    const { event, id, by } = line;
    if (event === 'request') return this.#post(line);
    if (event === 'result') return this.#say(`${by}: ${resultText(line)}`);
    if (event === 'error') return process.stderr.write(`${line.what}\n`);
    if (event === 'ready') return this.#tellOfMissed();
    if (event === 'ended') return this.#end(line);
    if (!this.#posted.has(id)) return undefined;
    if (event === 'answered') return this.#say(`${id}: agreed to by ${line.way}, ${by}.`);
    this.#posted.remove(id);
    return this.#say(`${id}: ${line.what}`);
  }

  /** @param message of a person, with the real address from which it came */
  read({ address, text }) {
    const [, verb, id, typed] = COMMAND.exec(text) ?? [];
    if (verb === undefined) return;
    if (!this.#approvers.has(address)) {
      this.#say(`${address}: you are not on the list of approvers.`);
      return;
    }
    const decision = verb.toLowerCase();
    this.#bridge.answer({
      id: id.toLowerCase(),
      decision,
      ...(decision === 'approve' && { typed: typed ?? '' }),
      by: address,
    });
  }

  async #post(line) {
    this.#waiting.add(line.id);
    if (this.#posted.has(line.id)) return;
    for (const message of inMessages(requestText(line))) await this.#room.say(message);
    this.#posted.add(line.id);
  }

  #end({ id, how, by, what }) {
    this.#waiting.delete(id);
    if (!this.#posted.isOpen(id)) return;
    if (how === 'used') this.#posted.end(id);
    else this.#posted.remove(id);
    this.#say(`${id}: ${endText(how)}${by ? ` (${by})` : ''}${what ? `: ${what}` : ''}.`);
  }

  /** Of what was posted before this start, what is neither waiting nor kept any more. */
  #tellOfMissed() {
    for (const id of this.#posted.open()) if (!this.#waiting.has(id)) this.#end({ id, how: 'ended' });
  }

  #say(text) {
    for (const message of inMessages(text)) this.#room.say(message);
  }
}

function requestText({ id, severity, text, plan, confirm, until, yesesNeeded }) {
  const { rows } = plan;
  const isLong = rows.length > FEW_ROWS;
  return [
    `[${id}]${severity === 'grave' ? ' GRAVE:' : ''} ${text}`,
    ...(isLong ? ['', 'Every row:', ...rows.map(rowText)] : []),
    '',
    `To agree, write: approve ${id} and ${confirm.what}. To refuse: decline ${id}. Until ${until.slice(11, 19)} UTC.`,
    ...(yesesNeeded > 1 ? [`${yesesNeeded} different approvers have to agree.`] : []),
  ].join('\n');
}

function rowText({ number, severity, account, connection, arguments: values }) {
  const given = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return `${number}.${severity === 'grave' ? ' GRAVE:' : ''} ${given.join(' ')} (${connection}, ${account})`;
}

const RESULTS = {
  agreed: (id) => `agreed to ${id}. The assistant may go on.`,
  'one-of-two': (id) => `agreed to ${id}. Another approver has to agree, too.`,
  declined: (id) => `declined ${id}. Nothing will be changed.`,
};

function resultText({ id, result, why }) {
  return RESULTS[result]?.(id) ?? `${id}: ${why ?? result}. Nothing has happened.`;
}

const ENDS = {
  used: 'agreed to, and the change is being made',
  declined: 'declined; nothing was changed',
  expired: 'expired without an answer; nothing was changed',
  changed: 'withdrawn, since the facts have changed; nothing was changed',
  superseded: 'withdrawn; nothing was changed',
};

function endText(how) {
  return ENDS[how] ?? 'ended while I was away; the audit says how';
}

/** Nothing is left out: what is longer than a message goes on in the next one. */
export function inMessages(text) {
  const messages = [''];
  for (const line of text.split('\n').flatMap(pieces)) {
    const last = messages.at(-1);
    if (last.length + line.length + 1 > LONGEST_MESSAGE) messages.push(line);
    else messages[messages.length - 1] = last === '' ? line : `${last}\n${line}`;
  }
  return messages;
}

function pieces(line) {
  return line.match(new RegExp(`.{1,${LONGEST_MESSAGE - 1}}`, 'gsu')) ?? [''];
}
