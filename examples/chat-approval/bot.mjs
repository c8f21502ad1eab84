// Asks the people in a chat room before aws-iam-mcp changes anything: node bot.mjs config.json, with the bot's password in
// CHAT_PASSWORD. This file puts the parts together; what is said stands in conversation.mjs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Bridge } from './bridge.mjs';
import { Conversation } from './conversation.mjs';
import { Posted } from './posted.mjs';
import { Room } from './room.mjs';

const NEEDED = ['jid', 'service', 'room', 'nick', 'program', 'keyFile', 'postedFile'];

function readConfig(file) {
  const config = JSON.parse(readFileSync(file, 'utf8'));
  const missing = NEEDED.filter((name) => typeof config[name] !== 'string');
  if (missing.length > 0) throw new Error(`${file} has no ${missing.join(', ')}`);
  if (!Array.isArray(config.approvers) || config.approvers.length === 0) throw new Error(`${file} lists no approvers`);
  const inFolder = (place) => path.resolve(path.dirname(file), place);
  return {
    ...config,
    program: inFolder(config.program),
    keyFile: inFolder(config.keyFile),
    postedFile: inFolder(config.postedFile),
  };
}

let isEnding = false;

/** A supervisor, such as systemd, starts it again. */
async function end(exitCode, why, ...parts) {
  if (isEnding) return;
  isEnding = true;
  process.stderr.write(`${why}\n`);
  // What hangs, such as a lost connection, must not keep it from ending.
  setTimeout(() => process.exit(exitCode), 3000).unref();
  await Promise.allSettled(parts.map((part) => part.stop()));
  process.exit(exitCode);
}

const [file = 'config.json'] = process.argv.slice(2);
const config = readConfig(file);
const password = process.env.CHAT_PASSWORD;
if (!password) throw new Error('CHAT_PASSWORD is not set');

const room = new Room({ ...config, password });
room.on('fatal', (error) => end(1, error.message, room));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => end(0, signal, room));
await room.join();

// Only once the room is known to be one that shows who people are.
const bridge = new Bridge(config);
const conversation = new Conversation({
  room,
  bridge,
  approvers: config.approvers,
  posted: new Posted(config.postedFile),
});
bridge.on('line', (line) => conversation.hear(line));
bridge.on('end', (code) => end(1, `the bridge has ended with exit code ${code}`, room));
room.on('message', (message) => conversation.read(message));
room.on('fatal', () => bridge.stop());
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => bridge.stop());
process.stderr.write(`in the room ${config.room}\n`);
