// Asks the people in a chat room before aws-iam-mcp changes anything: node bot.mjs config.json, with the bot's password in
// CHAT_PASSWORD. This file puts the parts together; what is said stands in conversation.mjs.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Bridge } from './bridge.mjs';
import { Conversation } from './conversation.mjs';
import { Posted } from './posted.mjs';
import { Room } from './room.mjs';

const NEEDED = ['jid', 'service', 'room', 'nick', 'program', 'keyFile', 'postedFile', 'approvers'];

const [file = 'config.json'] = process.argv.slice(2);
const config = JSON.parse(readFileSync(file, 'utf8'));
const missing = NEEDED.filter((name) => !config[name]?.length);
if (missing.length > 0) throw new Error(`${file} has no ${missing.join(', ')}`);
for (const name of ['program', 'keyFile', 'postedFile']) {
  config[name] = path.resolve(path.dirname(file), config[name]);
}
const { CHAT_PASSWORD: password, ...environment } = process.env;
if (!password) throw new Error('CHAT_PASSWORD is not set');

/** The bridge ends with this process. A supervisor, such as systemd, starts the bot again. */
function end(exitCode, why) {
  process.stderr.write(`${why}\n`);
  const exit = () => process.exit(exitCode);
  // A connection that hangs must not keep it from ending.
  setTimeout(exit, 3000);
  room.stop().then(exit, exit);
}

const room = new Room({ ...config, password });
room.on('fatal', (error) => end(1, error.message));
for (const signal of ['SIGTERM', 'SIGINT']) process.once(signal, () => end(0, signal));
await room.join();
process.stderr.write(`in the room ${config.room}\n`);

// Only now is it known that the room shows who people are.
const bridge = new Bridge(config, environment);
const conversation = new Conversation(room, bridge, config.approvers, new Posted(config.postedFile));
bridge.on('line', (line) => conversation.hear(line));
bridge.on('end', (code) => end(1, `the bridge has ended with exit code ${code}`));
room.on('message', (message) => conversation.read(message));
