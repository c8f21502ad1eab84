// People in a chat room, and the bot as a process beside them.
import { type ChildProcess, spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '../e2e/eventually.ts';
import { MAIN } from '../e2e/session.ts';
import { type ChatServer, PASSWORD } from './chat-server.ts';

const EXAMPLE = new URL('../../examples/chat-approval/', import.meta.url);

/** Of @xmpp/client, which brings no types: what is used here. */
interface Stanza {
  attrs: Record<string, string>;
  is(name: string): boolean;
  getChildText(name: string): string | null;
}
interface Client {
  on(event: string, listener: (value: Stanza & Error) => void): void;
  start(): Promise<unknown>;
  stop(): Promise<unknown>;
  send(stanza: Stanza): Promise<void>;
}
type Xml = (name: string, attrs?: object, ...children: unknown[]) => Stanza;
const { client, xml } = (await import(new URL('node_modules/@xmpp/client/index.js', EXAMPLE).href)) as {
  client: (options: object) => Client;
  xml: Xml;
};

export interface Person {
  /** What was said in the room since they came, by whom. */
  readonly heard: { nick: string; text: string }[];
  says(text: string, ...beside: Stanza[]): Promise<void>;
  /** @returns the first thing that the bot says which fits, now or later */
  hears(what: RegExp): Promise<string>;
  leaves(): Promise<unknown>;
}

/** @param nick what they call themselves there */
export async function personInRoom({ service }: ChatServer, user: string, room: string, nick = user): Promise<Person> {
  const xmpp = client({ service, domain: 'localhost', username: user, password: PASSWORD });
  xmpp.on('error', () => {});
  const heard: Person['heard'] = [];
  const place = `${room}/${nick}`;
  const isIn = new Promise<void>((resolve) => {
    xmpp.on('stanza', (stanza) => {
      if (stanza.is('presence') && stanza.attrs.from === place) resolve();
      const text = stanza.is('message') ? stanza.getChildText('body') : null;
      if (text !== null) heard.push({ nick: (stanza.attrs.from ?? '').split('/')[1] ?? '', text });
    });
  });
  xmpp.on(
    'online',
    () => void xmpp.send(xml('presence', { to: place }, xml('x', { xmlns: 'http://jabber.org/protocol/muc' }))),
  );
  await xmpp.start();
  await isIn;
  return {
    heard,
    says: (text, ...beside) =>
      xmpp.send(
        xml('message', { to: room, type: 'groupchat', id: crypto.randomUUID() }, xml('body', {}, text), ...beside),
      ),
    hears: (what) =>
      eventually(() => {
        const found = heard.find(({ nick: who, text }) => who === 'iam-bot' && what.test(text));
        if (!found) throw new Error(`nobody has said ${what}; heard: ${JSON.stringify(heard)}`);
        return found.text;
      }),
    leaves: () => xmpp.stop(),
  };
}

export const beside = xml;

export interface Bot {
  readonly ended: Promise<number | null>;
  /** What it wrote for its operator. */
  log(): string;
  /** @returns the exit code */
  stop(): Promise<number | null>;
  kill(): Promise<number | null>;
}

interface BotOptions {
  folder: string;
  room: string;
  keyFile: string;
  stateDir: string;
  config: string;
  approvers?: string[];
}

export function startBot({ service }: ChatServer, options: BotOptions): Bot {
  const { folder, room, keyFile, stateDir, config, approvers = ['ana@localhost', 'bob@localhost'] } = options;
  const file = path.join(folder, 'bot.json');
  writeFileSync(
    file,
    JSON.stringify({
      jid: 'iam-bot@localhost',
      service,
      room,
      nick: 'iam-bot',
      approvers,
      program: MAIN,
      options: ['--state-dir', stateDir, '--config', config],
      keyFile,
      pingSeconds: 1,
      postedFile: path.join(folder, 'posted.json'),
    }),
  );
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL('bot.mjs', EXAMPLE)), file], {
    env: { ...process.env, CHAT_PASSWORD: PASSWORD },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let log = '';
  child.stderr?.on('data', (chunk) => {
    log += String(chunk);
  });
  const ended = new Promise<number | null>((resolve) => void child.once('close', resolve));
  const endWith = (signal: NodeJS.Signals) => {
    child.kill(signal);
    return ended;
  };
  return { ended, log: () => log, stop: () => endWith('SIGTERM'), kill: () => endWith('SIGKILL') };
}
