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
    if (at < wanted.length && (wanted[at] === given[next] || wanted[at] === '?')) {
      at += 1;
      next += 1;
    } else if (wanted[at] === '*') {
      star = at;
      afterStar = next;
      at += 1;
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

const ROLE_ARN: readonly Place[] = [
  ...literally('arn:'),
  { fits: isPartitionLetter, repeats: true },
  ...literally(':iam::'),
  ...Array.from({ length: 12 }, () => ({ fits: isDigit })),
  ...literally(':role/'),
  { fits: isOfAName },
  { fits: isOfAName, repeats: true },
];

// `${aws:username}` stands for some text when the policy is applied, and `${*}` for a star that is no pattern.
const VARIABLE = /\$\{[^{}]*\}/g;

/** Whether it is a pattern, and some role's ARN fits it. */
export function isPatternOfRoles(resource: string): boolean {
  return /[*?]/.test(resource.replace(VARIABLE, '')) && meets(resource.replace(VARIABLE, '*').toLowerCase(), ROLE_ARN);
}

/**
 * Whether some text fits both. Walks through the pattern once, with all the places that it may have come to by then:
 * the work is that of the pattern's length, whatever it is.
 */
function meets(pattern: string, places: readonly Place[]): boolean {
  let reached = withSkipped(new Set([0]), places);
  for (const character of pattern) {
    if (reached.size === 0) return false;
    const next = new Set<number>();
    for (const at of reached) {
      if (character === '*') {
        // Whatever the star has to be, up to the end.
        for (let later = at; later <= places.length; later += 1) next.add(later);
        break;
      }
      const place = places[at];
      if (place && (character === '?' || place.fits(character))) next.add(place.repeats ? at : at + 1);
    }
    reached = withSkipped(next, places);
  }
  return reached.has(places.length);
}

/** A place that repeats may also be there no time. In the order of the places. */
function withSkipped(reached: Set<number>, places: readonly Place[]): Set<number> {
  for (const at of reached) if (places[at]?.repeats) reached.add(at + 1);
  return new Set([...reached].sort((a, b) => a - b));
}
