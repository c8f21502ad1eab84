// What a form has sent, and not more of it than a form could.
import type { IncomingMessage } from 'node:http';

const MOST_BYTES = 8 * 1024;

/** @returns no field where there is too much, or it is no form */
export async function readForm(request: IncomingMessage): Promise<URLSearchParams> {
  const isForm = /^application\/x-www-form-urlencoded\b/.test(request.headers['content-type'] ?? '');
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    // The rest is not read: the connection ends with the answer.
    if (bytes > MOST_BYTES) return new URLSearchParams();
    chunks.push(chunk);
  }
  return new URLSearchParams(isForm ? Buffer.concat(chunks).toString('utf8') : '');
}
