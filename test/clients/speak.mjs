// A client's side of the conversation with driver.ts: orders come on stdin, one JSON document a line, and what came of them
// goes to file descriptor 3, since frameworks print on stdout. One order is carried out at a time.
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';

const TO_DRIVER = 3;
const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();

async function read() {
  const { value, done } = await lines.next();
  return done ? undefined : JSON.parse(value);
}

function write(message) {
  writeSync(TO_DRIVER, `${JSON.stringify(message)}\n`);
}

/** Shows a form to the person whom the driver plays. @returns an MCP ElicitResult */
async function askPerson({ message, requestedSchema }) {
  write({ asks: { message, requestedSchema } });
  return (await read()).answer;
}

/**
 * Carries out orders until the driver leaves.
 *
 * @param connect gets `{ command, args, env }` of the server, and `askPerson` where the host is to have forms; returns
 *   `list()` (names, and the schemas that a model would be given), `call(name, arguments)` (the text that a model would
 *   read, and whether the framework says that the call failed) and `close()`
 */
export async function obeyDriver(connect) {
  let session;
  const carryOut = {
    connect: async ({ server, forms }) => {
      session = await connect(server, forms ? askPerson : undefined);
    },
    list: () => session.list(),
    call: async ({ name, arguments: args }) => {
      try {
        return await session.call(name, args);
      } catch (error) {
        return { text: messageOf(error), failed: true };
      }
    },
    close: () => session.close(),
  };
  for (let order = await read(); order; order = await read()) {
    try {
      write({ done: (await carryOut[order.do](order)) ?? null });
    } catch (error) {
      write({ broke: error?.stack ?? String(error) });
    }
  }
  process.exit();
}

function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}

/** What a model reads of a result as MCP has it. */
export function readResult({ content, isError = false }) {
  const texts = content.filter(({ type }) => type === 'text').map(({ text }) => text);
  return { text: texts.join('\n'), failed: isError };
}
