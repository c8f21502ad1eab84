// The two URLs of a connection: what they may be, and what of them is secret.

/** Redaction takes a secret out of every text; something shorter would stand in texts that have nothing to do with it. */
export const SHORTEST_SECRET = 8;

const REMOTE_AGENT_SCHEMES = ['socks5h:', 'socks5:', 'http:', 'https:'];
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The URL of a proxy with its user name and password percent-encoded, where they are not: a password that a template
 * put there may have an @ or a / in it. Control characters stay, to be refused.
 */
export function escapeLogin(text: string): string {
  const [, scheme, login, host] = /^([\w+.-]+:\/\/)(.*)@([^@]*)$/s.exec(text) ?? [];
  if (login === undefined) return text;
  return `${scheme}${login.replace(/%(?![\da-f]{2})|[^\w.~!$&'()*+,;=:%\p{Cc}\p{Cs}-]/giu, encodeURIComponent)}@${host}`;
}

/** Scheme, host and port of a URL, in which there may be a user name and password. */
export function withoutLogin(text: string): string {
  const url = parsed(text);
  return url ? `${url.protocol}//${url.host}` : 'that is no URL';
}

/** What is wrong with the URL of a proxy, without repeating any of it. */
export function remoteAgentProblem(text: string): string | undefined {
  const url = parsed(text);
  if (!url || !REMOTE_AGENT_SCHEMES.includes(url.protocol) || url.hostname === '') {
    return 'expected a URL that begins with socks5h://, socks5://, http:// or https://';
  }
  if (!['', '/'].includes(url.pathname) || url.search !== '' || url.hash !== '') {
    return 'expected a URL that ends after the host and port';
  }
  const { password } = remoteAgentLogin(text);
  if (password !== undefined && password.length < SHORTEST_SECRET) {
    return `expected a password of at least ${SHORTEST_SECRET} characters`;
  }
  return undefined;
}

/** @param host as URL has it */
export function isLoopback(host: string): boolean {
  return LOOPBACK.test(host);
}

/** What is wrong with an endpoint. Plain http would show what is sent to everyone on the way. */
export function endpointProblem(text: string): string | undefined {
  const url = parsed(text);
  if (url?.protocol === 'http:' && !isLoopback(url.hostname)) return 'expected https:// for another machine';
  if (!url || !['http:', 'https:'].includes(url.protocol)) return 'expected a URL that begins with https://';
  if (url.username !== '' || url.password !== '') return 'expected a URL without a user name and password';
  return undefined;
}

/** The user name and password of a proxy's URL, decoded; each only if there is one. */
export function remoteAgentLogin(text: string): { user?: string; password?: string } {
  const { username = '', password = '' } = parsed(text) ?? {};
  return { user: unescaped(username) || undefined, password: unescaped(password) || undefined };
}

function parsed(text: string): URL | undefined {
  // URL itself drops line breaks and tabs without a word.
  return /^\P{Cc}+$/u.test(text) && URL.canParse(text) ? new URL(text) : undefined;
}

function unescaped(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
