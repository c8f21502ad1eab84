// Which requests of a browser are let in. Any web page can make a browser ask 127.0.0.1 for something, and any program on
// this machine can ask by itself.
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';

/** @returns why it is not let in, for whoever looks for a fault; undefined where it is */
export function whyNot(
  { method, headers }: Pick<IncomingMessage, 'method' | 'headers'>,
  port: number,
): string | undefined {
  const host = `127.0.0.1:${port}`;
  // A name that an attacker lets point at 127.0.0.1 would make their page one of the same origin.
  if (headers.host !== host) return 'wrong host';
  if (method === 'GET') return undefined;
  if (method !== 'POST') return 'wrong method';
  if (headers.origin !== `http://${host}`) return 'wrong origin';
  const site = headers['sec-fetch-site'];
  return site === undefined || site === 'same-origin' ? undefined : 'from another site';
}

// Not `no-referrer`: with that, a browser gives `null` as the origin of a form.
export const HEADERS: OutgoingHttpHeaders = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; '),
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};
