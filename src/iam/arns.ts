// Kinds of ARNs, and which of IAM's patterns some ARN of a kind fits.

/** Of one kind, a place a character: a literal one, one of a class, or any number of a class. */
export interface Arns {
  /** The character's code, or a class, which is negative. */
  wanted: Int32Array;
  repeats: Uint8Array;
}

const PARTITION_LETTER = 1;
const DIGIT = 2;
// A path may have more than letters and digits, but then nobody could tell where the ARN's parts end.
const OF_A_NAME = 4;

const STAR = 0x2a;
const QUESTION_MARK = 0x3f;
const COLON = 0x3a;

function classesOf(code: number): number {
  const isLetter = (code >= 0x61 && code <= 0x7a) || code === 0x2d;
  const isDigit = code >= 0x30 && code <= 0x39;
  return (isLetter ? PARTITION_LETTER : 0) | (isDigit ? DIGIT : 0) | (code === COLON ? 0 : OF_A_NAME);
}

const known = new Map<string, Arns>();

/** All that end so, in any partition and account, without a region. */
export function anArn(service: string, end: string): Arns {
  return kept(`${service} ${end}`, () => kind(service, literally(end)));
}

/** All that have a name behind that. */
export function someArn(service: string, things: string): Arns {
  // One character of the name, and the rest.
  return kept(`${service} ${things} `, () => {
    const arns = kind(service, [...literally(things), -OF_A_NAME, -OF_A_NAME]);
    arns.repeats[arns.repeats.length - 1] = 1;
    return arns;
  });
}

function kept(key: string, make: () => Arns): Arns {
  const arns = known.get(key) ?? make();
  known.set(key, arns);
  return arns;
}

function kind(service: string, end: number[]): Arns {
  const head = literally('arn:');
  const account = Array.from({ length: 12 }, () => -DIGIT);
  const wanted = [...head, -PARTITION_LETTER, ...literally(`:${service}::`), ...account, COLON, ...end];
  const repeats = new Uint8Array(wanted.length);
  repeats[head.length] = 1;
  return { wanted: Int32Array.from(wanted), repeats };
}

function literally(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

// Longer than any kind's: to make them anew for each pattern would take longer than to look at it.
const LONGEST_KIND = 256;
const SCRATCH = [new Uint8Array(LONGEST_KIND), new Uint8Array(LONGEST_KIND)] as const;

/**
 * Whether some ARN fits the pattern. Walks through the pattern once, with all the places that it may have come to by
 * then: the work is that of the pattern's length, whatever it is.
 * @param pattern in lower case
 */
export function meets(pattern: string, { wanted, repeats }: Arns): boolean {
  const end = wanted.length;
  let [reached, next] = SCRATCH;
  reached.fill(0, 0, end + 1);
  reached[0] = 1;
  for (let index = 0; index < pattern.length; index += 1) {
    const code = pattern.charCodeAt(index);
    if (code === STAR && pattern.charCodeAt(index - 1) === STAR) continue;
    const classes = classesOf(code);
    let isAlive = false;
    next.fill(0, 0, end + 1);
    for (let at = 0; at <= end; at += 1) {
      // Whatever the star has to be, up to any later place.
      if (code === STAR) {
        if (reached[at]) isAlive = true;
        if (isAlive) next[at] = 1;
      } else if (reached[at] && at < end) {
        const place = wanted[at] as number;
        if (code !== QUESTION_MARK && (place < 0 ? !(classes & -place) : place !== code)) continue;
        next[repeats[at] ? at : at + 1] = 1;
        isAlive = true;
      }
    }
    if (!isAlive) return false;
    skip(next, repeats);
    [reached, next] = [next, reached];
  }
  return reached[end] === 1;
}

/** A place that repeats may also be there no time. */
function skip(reached: Uint8Array, repeats: Uint8Array): void {
  for (let at = 0; at < repeats.length; at += 1) if (repeats[at] && reached[at]) reached[at + 1] = 1;
}
