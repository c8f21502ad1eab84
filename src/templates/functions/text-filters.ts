// Filters over texts: JSON, base64, URLs, paths, parts of texts and dates.
import { dateIn, formatDate } from './dates.ts';
import { isNull, plain, Refused, textOf, type Value } from './values.ts';

export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refused('the text is not JSON');
  }
}

export function toJson(value: Value, indent: Value): string {
  const spaces = typeof indent === 'number' ? Math.min(Math.max(indent, 0), 8) : 0;
  return JSON.stringify(plain(value), null, spaces);
}

export function fromBase64(text: string): string {
  const compact = text.replace(/\s/g, '').replaceAll('-', '+').replaceAll('_', '/');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.replace(/=+$/, '').length % 4 === 1) {
    throw new Refused('the text is not base64');
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw new Refused('what the base64 stands for is no text');
  }
}

export function urlEncode(value: Value): string | null {
  if (isNull(value)) return null;
  if (value instanceof Map) {
    return [...value].map(([name, item]) => `${encoded(name)}=${encoded(textOf(item ?? ''))}`).join('&');
  }
  return encoded(textOf(value)).replaceAll('%2F', '/');
}

function encoded(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

export function urlDecode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    throw new Refused('the text is not percent-encoded');
  }
}

export function urlSplit(text: string, part: Value): unknown {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new Refused('the text is not a URL');
  }
  const parts: Record<string, string | number | null> = {
    scheme: url.protocol.slice(0, -1),
    hostname: url.hostname,
    netloc: url.host,
    path: url.pathname,
    query: url.search.slice(1),
    fragment: url.hash.slice(1),
    port: url.port === '' ? null : Number(url.port),
  };
  if (isNull(part)) return parts;
  if (!Object.hasOwn(parts, textOf(part))) throw new Refused(`a URL has ${Object.keys(parts).join(', ')}`);
  return parts[textOf(part)];
}

export function directory(text: string): string {
  const end = text.lastIndexOf('/');
  return end === 0 ? '/' : text.slice(0, Math.max(end, 0));
}

export function splitExtension(text: string): string[] {
  const name = text.slice(text.lastIndexOf('/') + 1);
  const dot = name.replace(/^\.+/, (dots) => '_'.repeat(dots.length)).lastIndexOf('.');
  const at = dot <= 0 ? text.length : text.length - name.length + dot;
  return [text.slice(0, at), text.slice(at)];
}

export function removeSuffix(text: string, [suffix]: Value[]): string {
  const ending = textOf(suffix);
  return ending !== '' && text.endsWith(ending) ? text.slice(0, -ending.length) : text;
}

/** At blanks where no separator is given, and so many times at most, as Python does. */
export function split(text: string, [separator, most]: Value[]): string[] {
  const limit = typeof most === 'number' && most >= 0 ? most : Number.POSITIVE_INFINITY;
  const by = isNull(separator) ? undefined : textOf(separator);
  if (by === '') throw new Refused('the separator is empty');
  const parts: string[] = [];
  let rest = by === undefined ? text.trim() : text;
  if (by === undefined && rest === '') return [];
  while (parts.length < limit) {
    const found = by === undefined ? /\s+/.exec(rest) : undefined;
    const at = by === undefined ? (found?.index ?? -1) : rest.indexOf(by);
    if (at < 0) break;
    parts.push(rest.slice(0, at));
    rest = rest.slice(at + (found?.[0].length ?? by?.length ?? 0));
  }
  return [...parts, rest];
}

export function splitFromEnd(text: string, [separator, most]: Value[]): string[] {
  const parts = split(text, [separator]);
  if (typeof most !== 'number' || most < 0 || parts.length <= most + 1) return parts;
  const by = isNull(separator) ? ' ' : textOf(separator);
  return [parts.slice(0, parts.length - most).join(by), ...parts.slice(parts.length - most)];
}

/** Of a date, by a format; or, as Ansible has it, of a format, by seconds since 1970. */
export function strftime(value: Value, [format, second]: Value[]): string | null {
  if (isNull(value)) return null;
  const isAnsibles = typeof value === 'string' && value.includes('%');
  if (isAnsibles) return formatDate(dateIn(second ?? format), value);
  return formatDate(dateIn(value), textOf(format));
}
