// What keeps a proxy from opening the way to AWS, in words for a person.
import { afterCertificateProblem, isCertificateProblem } from './certificates.ts';

const CHECK_PROXY = 'check its address and that it runs there';

/** What the agents that speak with proxies throw. */
interface Thrown extends Error {
  code?: string;
  hostname?: string;
}

/** A proxy did not open the way: nothing has been sent. The message is for people; it has no part of a login in it. */
export class ProxyError extends Error {
  readonly isLate: boolean;

  constructor(message: string, isLate = false) {
    super(message);
    this.isLate = isLate;
  }

  static late(proxy: string): ProxyError {
    return new ProxyError(`${proxy} opened no way within the time allowed (--connect-timeout): ${CHECK_PROXY}`, true);
  }

  /**
   * @param thrown by an agent that speaks with proxies. Only its code or own words are shown: it may quote the proxy
   * @param status of an HTTP proxy's answer
   */
  static from(thrown: unknown, status: number, proxy: string, to: string): ProxyError {
    const { message, hostname, code = /\b(E[A-Z_]{4,})\b/.exec(message)?.[1] } = thrown as Thrown;
    if (hostname !== undefined && to.startsWith(`${hostname}:`)) {
      return new ProxyError(
        `this machine finds no address of ${hostname} to ask ${proxy} for: with socks5h:// the proxy looks for it`,
      );
    }
    if (status === 407 || /authentication/i.test(message)) {
      return new ProxyError(`${proxy} wants a user name and password, or other ones: give them in its URL`);
    }
    const rejection = status > 200 ? `status ${status}` : /rejected connection - (\w+)/.exec(message)?.[1];
    if (rejection)
      return new ProxyError(`${proxy} refuses the way to ${to} (${rejection}): check that it may reach it`);
    if (code !== undefined && isCertificateProblem(code)) {
      return new ProxyError(`the certificate of ${proxy} is not trusted (${code}): ${afterCertificateProblem(code)}`);
    }
    return new ProxyError(`${proxy} cannot be used (${code ?? 'no proxy answers there'}): ${CHECK_PROXY}`);
  }
}
