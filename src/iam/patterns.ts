// IAM's patterns, in which `*` is any text and `?` one character, in any case. Never by a regular expression: a policy
// of many stars could keep one busy for minutes.
import { type Arns, anArn, meets, someArn } from './arns.ts';

/** Whether the pattern takes in this text. */
export function covers(pattern: string, text: string): boolean {
  const wanted = pattern.toLowerCase();
  const given = text.toLowerCase();
  let at = 0;
  let star = -1;
  let afterStar = 0;
  let next = 0;
  while (next < given.length) {
    if (wanted[at] === '*') {
      star = at;
      afterStar = next;
      at += 1;
    } else if (at < wanted.length && (wanted[at] === given[next] || wanted[at] === '?')) {
      at += 1;
      next += 1;
    } else if (star >= 0) {
      // The last star takes one character more.
      at = star + 1;
      afterStar += 1;
      next = afterStar;
    } else return false;
  }
  while (wanted[at] === '*') at += 1;
  return at === wanted.length;
}

// `${aws:username}` stands for some text when the policy is applied, often one that whoever asks may choose; and `${*}`
// for a star that is no pattern.
const VARIABLE = /\$\{[^{}]*\}/g;
const PLAIN_CHARACTER = /\$\{[*?$]\}/g;

/** Whether it is a pattern, or has a variable, and some role's ARN fits it. */
export function isPatternOfRoles(resource: string): boolean {
  return /[*?]|\$\{/.test(resource.replace(PLAIN_CHARACTER, '')) && mayBe(resource, someArn('iam', 'role/'));
}

/** Whether something of that kind fits it, of which there is no other ARN, pattern or not. */
export function mayBeA(resource: string, thing: string): boolean {
  return mayBe(resource, someArn('iam', `${thing}/`));
}

/** Whether some ARN of the service may fit it, whatever its region and account: where a star stands early, any may. */
export function mayBeOf(resource: string, service: string): boolean {
  const text = resource.replace(VARIABLE, '*').toLowerCase();
  const [head = ''] = text.split(/[*?]/, 1);
  const parts = head.split(':', 4);
  const last = parts.length - 1;
  return ['arn', parts[1] ?? '', service, ''].slice(0, last + 1).every((wanted, at) => {
    const part = parts[at] ?? '';
    return at < last || last === 3 ? at === 3 || part === wanted : head !== text && wanted.startsWith(part);
  });
}

/** Whether the root of some account fits it. */
export function takesRoot(resource: string): boolean {
  return mayBe(resource, anArn('iam', 'root'));
}

function mayBe(resource: string, arns: Arns): boolean {
  return meets(resource.replace(VARIABLE, '*').toLowerCase(), arns);
}

// The partition or the account, which is what it stands for there.
const VARIABLE_AS_A_PART = /(?<=:)\$\{[^{}]*\}(?=:)/g;
// Whoever asks says what these are.
const CHOSEN_VARIABLE = /\$\{\s*aws:(?:useragent|referer)\b[^{}]*\}/gi;

/**
 * Whether it takes in all things of a service whose names begin so, in some account of some partition.
 * @param things such as `role/`
 */
export function takesAll(resource: string, service: string, things: string): boolean {
  // No real name goes on like that: what takes it in takes in all.
  const any = anArn(service, `${things}~any`);
  return meets(resource.replace(VARIABLE_AS_A_PART, '*').replace(CHOSEN_VARIABLE, '*').toLowerCase(), any);
}

// No question marks fit both, and no real partition, region, account or name does.
const NO_REAL_PARTS = ['~', '~~~'];

/**
 * Whether it surely takes in all things of a service whose names begin so, wherever they are.
 * @param things such as `role/`
 */
export function surelyTakesAll(resource: string, service: string, things: string): boolean {
  return NO_REAL_PARTS.every((part) => {
    const region = service === 'iam' ? '' : part;
    return covers(resource, `arn:${part}:${service}:${region}:${part}:${things}${part}`);
  });
}

/** Each once, by how little of it is settled. */
export function broadestFirst(patterns: string[]): string[] {
  const measured = [...new Set(patterns)].sort().map((pattern) => ({
    pattern,
    settled: pattern.replace(VARIABLE, '').replace(/[*?]/g, '').length,
  }));
  return measured.sort((a, b) => a.settled - b.settled).map(({ pattern }) => pattern);
}
