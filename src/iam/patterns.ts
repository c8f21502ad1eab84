// IAM's patterns, in which `*` is any text and `?` one character, in any case. Never by a regular expression: a policy
// of many stars could keep one busy for minutes.

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
  return /^\**$/.test(wanted.slice(at));
}

// Kinds of ARNs, a place a character: a literal one, one of a kind, or any number of a kind.
interface Place {
  fits: (character: string) => boolean;
  repeats?: boolean;
}
const literally = (text: string): Place[] => Array.from(text, (wanted) => ({ fits: (given) => given === wanted }));
const isPartitionLetter = (character: string) => /[a-z-]/.test(character);
const isDigit = (character: string) => /\d/.test(character);
// A path may have more than letters and digits, but then nobody could tell where the ARN's parts end.
const isOfAName = (character: string) => character !== ':';

/** In any partition and account. */
function anArn(service: string, thing: Place[]): readonly Place[] {
  return [
    ...literally('arn:'),
    { fits: isPartitionLetter, repeats: true },
    ...literally(`:${service}::`),
    ...Array.from({ length: 12 }, () => ({ fits: isDigit })),
    ...literally(':'),
    ...thing,
  ];
}

const ROLE_ARN = anArn('iam', [...literally('role/'), { fits: isOfAName }, { fits: isOfAName, repeats: true }]);
const ROOT_ARN = anArn('iam', literally('root'));

// `${aws:username}` stands for some text when the policy is applied, often one that whoever asks may choose; and `${*}`
// for a star that is no pattern.
const VARIABLE = /\$\{[^{}]*\}/g;
const PLAIN_CHARACTER = /\$\{[*?$]\}/g;

/** Whether it is a pattern, or has a variable, and some role's ARN fits it. */
export function isPatternOfRoles(resource: string): boolean {
  return /[*?]|\$\{/.test(resource.replace(PLAIN_CHARACTER, '')) && mayBe(resource, ROLE_ARN);
}

/** Whether the root of some account fits it. */
export function takesRoot(resource: string): boolean {
  return mayBe(resource, ROOT_ARN);
}

function mayBe(resource: string, places: readonly Place[]): boolean {
  return meets(resource.replace(VARIABLE, '*').toLowerCase(), places);
}

// The partition or the account, which is what it stands for there.
const VARIABLE_AS_A_PART = /(?<=:)\$\{[^{}]*\}(?=:)/g;

/**
 * Whether it takes in all things of a service whose names begin so, in some account of some partition.
 * @param things such as `role/`
 */
export function takesAll(resource: string, service: string, things: string): boolean {
  // No real name goes on like that: what takes it in takes in all.
  const any = anArn(service, literally(`${things}~any`));
  return meets(resource.replace(VARIABLE_AS_A_PART, '*').toLowerCase(), any);
}

/** By how little of each is settled. */
export function broadestFirst(patterns: string[]): string[] {
  const settled = (pattern: string) => pattern.replace(VARIABLE, '').replace(/[*?]/g, '').length;
  return patterns.toSorted((a, b) => settled(a) - settled(b));
}

/**
 * Whether some text fits both. Walks through the pattern once, with all the places that it may have come to by then:
 * the work is that of the pattern's length, whatever it is.
 */
function meets(pattern: string, places: readonly Place[]): boolean {
  const end = places.length;
  let reached: boolean[] = [true];
  skip(reached, places);
  for (const character of pattern) {
    const next: boolean[] = [];
    let isAlive = false;
    for (let at = 0; at <= end; at += 1) {
      // Whatever the star has to be, up to any later place.
      if (character === '*') isAlive = next[at] = isAlive || reached[at] === true;
      else if (reached[at] && at < end) {
        const { fits, repeats } = places[at] as Place;
        if (character !== '?' && !fits(character)) continue;
        next[repeats ? at : at + 1] = true;
        isAlive = true;
      }
    }
    if (!isAlive) return false;
    skip(next, places);
    reached = next;
  }
  return reached[end] === true;
}

/** A place that repeats may also be there no time. */
function skip(reached: boolean[], places: readonly Place[]): void {
  for (const [at, { repeats }] of places.entries()) if (repeats && reached[at]) reached[at + 1] = true;
}
