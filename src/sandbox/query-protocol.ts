// The AWS Query protocol: a form comes in, XML goes out, an error is XML of its own shape. Nothing here knows an
// operation; see https://smithy.io/2.0/aws/protocols/aws-query-protocol.html.
import { XMLBuilder } from 'fast-xml-parser';

export type Service = 'iam' | 'sts';

export const API_VERSIONS: Record<Service, string> = { iam: '2010-05-08', sts: '2011-06-15' };

type XmlValue = string | number | boolean | Date | undefined | XmlObject | (XmlObject | string)[];
export interface XmlObject {
  [element: string]: XmlValue;
}

/** What a caller is told when its call is refused; `code` is the code on the wire (`NoSuchEntity`). */
export class QueryError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** What a caller is told that asks too often. */
export function rateExceeded(): QueryError {
  return new QueryError(400, 'Throttling', 'Rate exceeded');
}

const builder = new XMLBuilder({
  ignoreAttributes: false,
  tagValueProcessor: (_name, value) => withoutForbiddenCharacters(String(value)),
});

/** Decodes `application/x-www-form-urlencoded`; of a name given twice the last value counts. */
export function decodeForm(body: Buffer): Record<string, string> {
  // fromEntries defines own properties, so a parameter called __proto__ stays a parameter.
  return Object.fromEntries(new URLSearchParams(body.toString('utf8')));
}

/** The document of a call that was carried out; `result` is absent where IAM answers with no result element. */
export function buildAnswer(
  service: Service,
  operation: string,
  requestId: string,
  result: XmlObject | undefined,
): string {
  return builder.build({
    [`${operation}Response`]: {
      '@_xmlns': namespace(service),
      ...(result && { [`${operation}Result`]: withDates(result) }),
      ResponseMetadata: { RequestId: requestId },
    },
  });
}

export function buildError(service: Service, requestId: string, error: QueryError): string {
  return builder.build({
    ErrorResponse: {
      '@_xmlns': namespace(service),
      Error: { Type: error.status < 500 ? 'Sender' : 'Receiver', Code: error.code, Message: error.message },
      RequestId: requestId,
    },
  });
}

/** IAM's dates have whole seconds: `2021-06-09T04:17:00Z`. */
function formatDate(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`;
}

function namespace(service: Service): string {
  return `https://${service}.amazonaws.com/doc/${API_VERSIONS[service]}/`;
}

function withDates(value: XmlObject): XmlObject {
  const dated: XmlObject = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner instanceof Date) dated[name] = formatDate(inner);
    else if (Array.isArray(inner))
      dated[name] = inner.map((item) => (typeof item === 'string' ? item : withDates(item)));
    else dated[name] = typeof inner === 'object' ? withDates(inner) : inner;
  }
  return dated;
}

/** XML 1.0 has no way to write most control characters, not even escaped; error texts may echo some. */
function withoutForbiddenCharacters(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what this looks for.
  return text.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]/g, '\ufffd');
}
