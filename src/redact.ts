// The one place that knows which strings are secret. Every way out (envelope, plan, audit, log, resource) passes here.

const SHORTEST_SECRET = 8;
const HIDDEN = '(secret)';

/** Secrets known to this process, and texts and values without them, however they are encoded. */
export class Redactor {
  /** Every form of every secret, the longest first, so that no form leaves a rest of a longer one. */
  #forms: string[] = [];
  /** The same as they stand within JSON. */
  #jsonForms: string[] = [];

  /** From now on `secret` does not leave. Shorter than 8 characters it would blank out innocent text: ignored. */
  register(secret: string | undefined): void {
    if (secret === undefined || secret.length < SHORTEST_SECRET || this.#forms.includes(secret)) return;
    this.#forms = [...new Set([...this.#forms, ...formsOf(secret)])].sort((a, b) => b.length - a.length);
    this.#jsonForms = this.#forms.map(jsonForm);
  }

  text(text: string): string {
    let cleaned = text;
    for (const form of this.#forms) if (cleaned.includes(form)) cleaned = cleaned.replaceAll(form, HIDDEN);
    return cleaned;
  }

  /** A copy of a JSON value in which every string is free of secrets, names of fields (a table's columns) included. */
  value<T>(value: T): T {
    return this.isClean(value) ? value : (this.#copy(value) as T);
  }

  /** Whether no secret stands in it. One search through the whole instead of one through each of ten thousand strings. */
  isClean(value: unknown): boolean {
    if (this.#forms.length === 0) return true;
    // Undefined for undefined.
    const whole = JSON.stringify(value) ?? '';
    return !this.#jsonForms.some((form) => whole.includes(form));
  }

  #copy(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value);
    if (Array.isArray(value)) return value.map((entry) => this.#copy(entry));
    if (value === null || typeof value !== 'object') return value;
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [this.text(key), this.#copy(entry)]));
  }
}

/** As itself, and as it stands in a URL, in JSON and in Base64, in the spellings that encoders are known to choose. */
function formsOf(secret: string): string[] {
  const inUrl = encodeURIComponent(secret);
  const inForm = new URLSearchParams([['', secret]]).toString().slice(1);
  const inUrls = [inUrl, inForm].flatMap((form) => [form, form.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase())]);
  // In JSON, and in JSON that is a text in JSON.
  const inJson = jsonForms(secret).flatMap((form) => [form, jsonForm(form)]);
  const plain = [secret, ...inUrls, ...inJson];
  // A part of a longer Base64 text (user:password) is cut at another place of its three-byte groups.
  const encoded = [0, 1, 2].map((offset) => base64Within(secret, offset));
  const base64 = encoded.flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
  return [...plain, ...base64].filter((form) => form.length >= SHORTEST_SECRET);
}

/** PHP escapes slashes, .NET what HTML would read, others all that is no letter or digit. */
function jsonForms(text: string): string[] {
  const written = jsonForm(text);
  const escaped = [/[+&<>'`]/g, /[^\\\w ]/g].flatMap((some) => {
    const upper = written.replace(some, (character) => `\\u${codeOf(character).toUpperCase()}`);
    return [upper, written.replace(some, (character) => `\\u${codeOf(character)}`)];
  });
  return [written, written.replaceAll('/', '\\/'), ...escaped];
}

const codeOf = (character: string) => character.charCodeAt(0).toString(16).padStart(4, '0');

function jsonForm(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

/** The characters of the Base64 of `offset` bytes followed by `secret` that depend on `secret` alone. */
function base64Within(secret: string, offset: number): string {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(secret)]);
  const firstOwn = Math.ceil((offset * 8) / 6);
  const afterLastOwn = Math.floor((bytes.length * 8) / 6);
  return bytes.toString('base64').slice(firstOwn, afterLastOwn);
}
