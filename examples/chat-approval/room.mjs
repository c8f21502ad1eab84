// The chat room: a multi-user chat of XMPP (XEP-0045) that shows real addresses. Who speaks is known by the address that the
// server gives for each occupant, never by a nickname, which anybody can choose.
import { EventEmitter } from 'node:events';
import { client, jid, xml } from '@xmpp/client';

const MUC = 'http://jabber.org/protocol/muc';
const MUC_USER = 'http://jabber.org/protocol/muc#user';
const DISCO = 'http://jabber.org/protocol/disco#info';
// Answers of somebody who is there and does not know pings.
const IS_THERE = ['service-unavailable', 'feature-not-implemented'];
// Of an old message that is sent again, and of one that replaces another.
const NOT_NEW = ['urn:xmpp:delay', 'jabber:x:delay', 'urn:xmpp:message-correct:0'];
const JOIN_AGAIN_MS = 5000;

/** Emits `message` with `address` and `text`, and `fatal` with an error when the room cannot be used. */
export class Room extends EventEmitter {
  #xmpp;
  #room;
  #nick;
  /** Of each nickname, the real address. */
  #addresses = new Map();
  /** What is to be said, in order. The room sends each message back: then it was said. */
  #toSay = [];
  #isIn = false;
  #hasJoined;

  constructor({ jid: address, password, service, room, nick, pingSeconds = 60 }) {
    super();
    this.#room = jid(room).bare();
    this.#nick = nick;
    setInterval(() => this.#checkIsIn(), pingSeconds * 1000);
    const own = jid(address);
    this.#xmpp = client({ service, domain: own.getDomain(), username: own.getLocal(), password });
    this.#xmpp.on('error', (error) => {
      if (error.name === 'SASLError') this.#fail('the chat server refuses the password');
      else process.stderr.write(`chat: ${error.message}\n`);
    });
    this.#xmpp.on('online', () => this.#enter());
    this.#xmpp.on('disconnect', () => this.#leave());
    this.#xmpp.on('stanza', (stanza) => this.#take(stanza));
  }

  /** Connects, and goes on doing so. @returns when it is in the room for the first time */
  join() {
    // Where the server is not reached, it is tried again.
    this.#xmpp.start().catch(() => {});
    return new Promise((resolve) => {
      this.#hasJoined = resolve;
    });
  }

  /** @returns once it stands in the room, however long that takes */
  say(text) {
    return new Promise((resolve) => {
      this.#toSay.push({ id: crypto.randomUUID(), text, resolve });
      if (this.#toSay.length === 1) this.#sendNext();
    });
  }

  stop() {
    return this.#xmpp.stop();
  }

  #enter() {
    this.#leave();
    const history = xml('history', { maxstanzas: '0' });
    this.#send(xml('presence', { to: `${this.#room}/${this.#nick}` }, xml('x', { xmlns: MUC }, history)));
  }

  #leave() {
    this.#isIn = false;
    this.#addresses.clear();
  }

  #take(stanza) {
    const from = stanza.attrs.from && jid(stanza.attrs.from);
    if (!from?.bare().equals(this.#room)) return;
    const nick = from.getResource();
    if (stanza.is('presence')) this.#takePresence(stanza, nick);
    else if (stanza.is('message')) this.#takeMessage(stanza, nick);
  }

  #takePresence(stanza, nick) {
    const { type } = stanza.attrs;
    // The server adds one; anything beside that is of somebody who pretends.
    const [more, second] = stanza.getChildren('x', MUC_USER);
    const known = second ? undefined : more?.getChild('item')?.attrs.jid;
    const address = known && jid(known).bare();
    const isOwn = codesIn(more).includes('110') && (!address || address.equals(this.#xmpp.jid.bare()));
    if (type === 'error') this.#takeRefusal(stanza);
    else if (type === 'unavailable' || !address) this.#addresses.delete(nick);
    else this.#addresses.set(nick, address.toString());
    if (isOwn && type === 'unavailable') this.#fail('the bot was put out of the room');
    else if (isOwn) {
      this.#nick = nick;
      this.#checkShowsAddresses();
    }
  }

  #takeRefusal(stanza) {
    const why = stanza.getChild('error')?.children[0]?.name ?? 'error';
    // An earlier connection of this bot may still be in the room.
    if (why === 'conflict') setTimeout(() => this.#enter(), JOIN_AGAIN_MS);
    else this.#fail(`the room cannot be entered: ${why}`);
  }

  #takeMessage(stanza, nick) {
    const { type, id } = stanza.attrs;
    if (type === 'error') this.#fail('the room takes no messages of this bot');
    if (type !== 'groupchat') return;
    if (nick === this.#nick && id === this.#toSay[0]?.id) {
      this.#toSay.shift().resolve();
      this.#sendNext();
    }
    // The room itself says that its settings have changed.
    if (!nick && codesIn(stanza.getChild('x', MUC_USER)).length > 0) this.#checkShowsAddresses();
    const text = stanza.getChildText('body');
    const isNew = !stanza.children.some((child) => NOT_NEW.includes(child.attrs?.xmlns));
    const address = this.#addresses.get(nick);
    // Without an address it is of somebody who is not in the room.
    if (this.#isIn && text && isNew && address && nick !== this.#nick) this.emit('message', { address, text });
  }

  async #checkShowsAddresses() {
    const asked = this.#xmpp.iqCaller.get(xml('query', { xmlns: DISCO }), String(this.#room));
    const info = await asked.catch(() => undefined);
    if (!info) return this.#startAgain();
    if (!info.getChildByAttr('var', 'muc_nonanonymous')) {
      return this.#fail(`${this.#room} hides real addresses: let anyone see them in its settings, and start again`);
    }
    if (this.#isIn) return;
    this.#isIn = true;
    this.#hasJoined();
    this.#sendNext();
  }

  #sendNext() {
    const [next] = this.#toSay;
    if (!next || !this.#isIn) return;
    const { id, text } = next;
    this.#send(xml('message', { to: String(this.#room), type: 'groupchat', id }, xml('body', {}, text)));
  }

  /** A connection can be lost, and the place in the room, without a word (XEP-0410). */
  async #checkIsIn() {
    if (!this.#isIn) return;
    const iq = xml('iq', { type: 'get', to: `${this.#room}/${this.#nick}` }, xml('ping', { xmlns: 'urn:xmpp:ping' }));
    await this.#xmpp.iqCaller.request(iq).catch(({ condition }) => {
      if (!IS_THERE.includes(condition)) this.#startAgain();
    });
  }

  #startAgain() {
    this.#leave();
    this.#xmpp.disconnect().catch(() => {});
  }

  #send(stanza) {
    // What could not be sent is sent again in the next connection.
    this.#xmpp.send(stanza).catch(() => {});
  }

  #fail(why) {
    this.#leave();
    this.emit('fatal', new Error(why));
  }
}

function codesIn(more) {
  return more?.getChildren('status').map(({ attrs }) => attrs.code) ?? [];
}
