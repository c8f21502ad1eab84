// What AWS answered, in the words and forms of the integration spec's samples.

/** The spec's `ResponseMetadata`; header names in lower case, only the four that the spec shows. */
export interface ResponseMetadata {
  RequestId: string;
  HTTPStatusCode: number;
  HTTPHeaders: Record<string, string>;
  /** Attempts beyond the first. */
  RetryAttempts: number;
}

/** What the SDK tells of an exchange, with what `answers.ts` adds to it. */
export interface ExchangeMetadata {
  httpStatusCode?: number;
  requestId?: string;
  attempts?: number;
  headers?: Record<string, string>;
  /** True when an attempt may have been carried out without an answer that says so, whatever came of later ones. */
  answerLost?: boolean;
}

// An allow-list: whatever else a proxy or a hostile endpoint puts into its headers does not reach a model.
const SHOWN_HEADERS = ['x-amzn-requestid', 'content-type', 'content-length', 'date'];

export function responseMetadata(exchange: ExchangeMetadata): ResponseMetadata {
  const headers = exchange.headers ?? {};
  return {
    RequestId: exchange.requestId ?? '',
    HTTPStatusCode: exchange.httpStatusCode ?? 200,
    HTTPHeaders: Object.fromEntries(
      SHOWN_HEADERS.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])),
    ),
    RetryAttempts: (exchange.attempts ?? 1) - 1,
  };
}

/** `2021-06-09T04:17:00+00:00`, as in the spec's samples. */
export function formatDate(date: Date): string {
  return date.toISOString().replace(/\.\d+Z$/, '+00:00');
}

/** A copy of what the SDK parsed: dates formatted, absent fields left out, `$metadata` gone. */
export function plainAnswer<T extends object>(answer: T): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  // In a loop: of ten thousand policies, as lists of entries, this was more work than to write them.
  for (const [name, value] of Object.entries(answer)) {
    if (value !== undefined && name !== '$metadata') plain[name] = plainValue(value);
  }
  return plain;
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return formatDate(value);
  if (Array.isArray(value)) return value.map(plainValue);
  return value !== null && typeof value === 'object' ? plainAnswer(value) : value;
}
