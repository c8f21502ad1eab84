// A certificate authority of the test's own, as a company has one, and what it signs.
import { writeFileSync } from 'node:fs';
import { connect, isIP } from 'node:net';
import path from 'node:path';
import { createServer, type TLSSocket } from 'node:tls';
import { generate } from 'selfsigned';
import { temporaryFolder } from '../actions/program.ts';
import { listening } from './listening.ts';

export interface Certificate {
  key: string;
  cert: string;
}

const DAY = 24 * 60 * 60 * 1000;

/** `file` is the authority's own certificate, as a caBundle names it. */
export async function testAuthority() {
  const own = await generate([{ name: 'commonName', value: 'Northwind test authority' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const file = path.join(temporaryFolder(), 'authority.pem');
  writeFileSync(file, own.cert, { mode: 0o600 });
  return {
    file,
    /** @param names of hosts, with * for one label, or addresses; @param ageInDays more than 30, and it has expired */
    async certify(names: string | string[], ageInDays = 0): Promise<Certificate> {
      const altNames = [names].flat().map((name) => (isIP(name) ? { type: 7, ip: name } : { type: 2, value: name }));
      const begin = Date.now() - ageInDays * DAY - DAY;
      const made = await generate([{ name: 'commonName', value: 'Northwind test server' }], {
        keyType: 'ec',
        algorithm: 'sha256',
        notBeforeDate: new Date(begin),
        notAfterDate: new Date(begin + 31 * DAY),
        ca: { key: own.private, cert: own.cert },
        extensions: [{ name: 'subjectAltName', altNames: altNames as { type: 2 | 7; value?: string; ip?: string }[] }],
      });
      return { key: made.private, cert: made.cert };
    },
  };
}

/** TLS in front of what listens in plain text. `names` are those that clients asked for (SNI), one a connection. */
export async function startTlsFront(leadsTo: number, certificate: Certificate) {
  const names: string[] = [];
  const server = createServer(certificate, (socket) => {
    // Not in the types of Node 20.
    const { servername } = socket as TLSSocket & { servername?: string | false };
    names.push(servername || '');
    const behind = connect(leadsTo, '127.0.0.1');
    behind.on('error', () => socket.destroy());
    socket.on('error', () => behind.destroy());
    socket.pipe(behind).pipe(socket);
  });
  return { port: await listening(server), names };
}
