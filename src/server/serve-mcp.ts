// Serves the program on a transport, in whichever era of the protocol its host speaks.
import type { Transport } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Program } from '../calls/program.ts';
import { createServer, type Identity } from './server.ts';
import { VersionGate } from './version-gate.ts';

interface Serving {
  /** Resolves when the transport has closed. */
  closed: Promise<void>;
  /** Cancels the calls that are under way. */
  close: () => Promise<void>;
}

export function serveMcp(wire: Transport, program: Program, identity: Identity): Serving {
  const gate = new VersionGate(wire);
  const { close } = serveStdio(({ era }) => createServer(program, identity, era), {
    transport: gate,
    onerror(error: NodeJS.ErrnoException) {
      // A host that is gone reads nothing any more: that is no fault, and leaves nothing behind.
      const level = error.code === 'EPIPE' || program.leaving.aborted ? 'debug' : 'error';
      program.log[level]('protocol', { message: error.message });
    },
  });
  return { closed: gate.closed, close };
}
