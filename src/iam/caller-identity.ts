// Who AWS says that some credentials are.
import { setMaxListeners } from 'node:events';
import { AwsError } from './errors.ts';
import { GetCallerIdentityCommand, type STSClient } from './operations.ts';

export interface Identity {
  /** 12 digits. */
  account: string;
  arn: string;
}

interface Asked {
  answer: Promise<Identity>;
  signal: AbortSignal | undefined;
}

/** The identity of one set of credentials. AWS is asked once, however many want to know; a failure is not kept. */
export class CallerIdentity {
  readonly #sts: STSClient;
  #known: Identity | undefined;
  #asked: Asked | undefined;

  constructor(sts: STSClient) {
    this.#sts = sts;
  }

  /** @throws what the SDK throws; AwsError BadResponse for an answer that names nobody */
  async get(signal?: AbortSignal): Promise<Identity> {
    while (!this.#known) {
      const asked = this.#asked;
      if (!asked || signal?.aborted) return this.askAnew(signal);
      if (asked.signal === signal) return asked.answer;
      const failure = await failureOf(asked.answer, signal);
      // It may have ended with another call, and not with this one.
      if (failure && !asked.signal?.aborted) throw failure.error;
    }
    return this.#known;
  }

  /** Whatever is known: credentials may have ended since. @throws as `get` does */
  async askAnew(signal?: AbortSignal): Promise<Identity> {
    if (signal) setMaxListeners(0, signal);
    const asked = { answer: this.#ask(signal), signal };
    this.#asked = asked;
    try {
      this.#known = await asked.answer;
      return this.#known;
    } finally {
      if (this.#asked === asked) this.#asked = undefined;
    }
  }

  async #ask(abortSignal: AbortSignal | undefined): Promise<Identity> {
    const { Account, Arn } = await this.#sts.send(new GetCallerIdentityCommand({}), { abortSignal });
    if (!Account || !Arn) throw new AwsError('BadResponse', 'GetCallerIdentity named no account', { notDone: true });
    return { account: Account, arn: Arn };
  }
}

/** Waits until `work` or `signal` has ended. @returns what was thrown, if anything was */
async function failureOf(
  work: Promise<unknown>,
  signal: AbortSignal | undefined,
): Promise<{ error: unknown } | undefined> {
  let stop = () => {};
  const aborted = new Promise<undefined>((resolve) => {
    stop = () => resolve(undefined);
    signal?.addEventListener('abort', stop, { once: true });
  });
  const settled = work.then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  try {
    return await Promise.race([settled, aborted]);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
