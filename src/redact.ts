// The one place that knows which strings are secret. Every way out (envelope, plan, audit, log, stderr) passes here.

const SHORTEST_SECRET = 8;
const HIDDEN = '(secret)';

/** Secrets known to this process, and texts and values without them. */
export class Redactor {
  readonly #secrets = new Set<string>();

  /** From now on `secret` does not leave. Shorter than 8 characters, it would blank out innocent text: ignored. */
  register(secret: string | undefined): void {
    if (secret !== undefined && secret.length >= SHORTEST_SECRET) this.#secrets.add(secret);
  }

  text(text: string): string {
    let cleaned = text;
    for (const secret of this.#secrets) if (cleaned.includes(secret)) cleaned = cleaned.replaceAll(secret, HIDDEN);
    return cleaned;
  }

  /** A copy of a JSON value in which every string, keys included, is free of secrets. */
  value<T>(value: T): T {
    if (this.#secrets.size === 0) return value;
    return this.#copy(value) as T;
  }

  #copy(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((entry) => this.#copy(entry));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [this.text(key), this.#copy(entry)]));
  }
}
