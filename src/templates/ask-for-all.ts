// Sends rows to the thread for templates, a few at a time, and is patient with a machine that is busy. Loaded with
// the first template.
import { ask, MILLISECONDS_TO_ANSWER } from './rendering-thread.ts';
import type { Seen } from './scope.ts';
import { TemplateError } from './template-error.ts';
import type { Answer, Request, SeenAsSent } from './worker.ts';

// What is sent at once: little enough for the time there is on any machine.
const MOST_ROWS = 25;
const MANY_CHARACTERS = 200_000;

// For one call in all.
const MOST_MILLISECONDS = 5_000;
const MOST_LATE = 3;

/**
 * An answer may be about fewer rows than were sent; together they are about all, in order. Without rows, one is asked for
 * all the same.
 * @param what is said to have taken too long
 * @throws TemplateError when that took too long and had to be stopped
 */
export async function* askForAll(
  work: Pick<Request, 'templates' | 'condition' | 'now'>,
  seen: readonly Seen[],
  what: 'template' | 'templates' | 'condition',
): AsyncGenerator<Answer> {
  const [is, were] = what === 'templates' ? ['the templates', 'were'] : [`the ${what}`, 'was'];
  // A second's fraction is in no text for a date.
  const now = Math.floor(work.now / 1000) * 1000;
  let done = 0;
  let milliseconds = 0;
  let late = 0;
  // Up to here, rows are sent by themselves: one of them was late, and nobody knows which.
  let aloneUntil = 0;
  while (done < seen.length || (seen.length === 0 && done === 0 && work.condition)) {
    const isAlone = done < aloneUntil;
    const part = partOf(seen, done, isAlone ? 1 : MOST_ROWS);
    const answer = await ask({ ...work, ...part, now }, isAlone);
    if (answer === 'late') {
      late++;
      if (isAlone || late > MOST_LATE) {
        throw new TemplateError(`${is} took more than ${MILLISECONDS_TO_ANSWER} ms and ${were} stopped`);
      }
      aloneUntil = done + Math.max(part.seen.length, 1);
      milliseconds += MILLISECONDS_TO_ANSWER;
      continue;
    }
    yield answer;
    if (seen.length === 0) return;
    done += answer.decided?.outcomes.length ?? answer.rendered.length;
    milliseconds += answer.milliseconds;
    if (milliseconds > MOST_MILLISECONDS) {
      throw new TemplateError(`${is} took more than ${MOST_MILLISECONDS} ms for all rows, and ${were} stopped`);
    }
  }
}

function partOf(all: readonly Seen[], from: number, most: number): Pick<Request, 'seen' | 'values'> {
  const seen: string[] = [];
  const shared = new Map<object, number>();
  let characters = 0;
  for (const { row, values, result } of all.slice(from, from + most)) {
    const number = values && (shared.get(values) ?? shared.size);
    const text = jsonOf({ row, result, ...(number !== undefined && { values: number }) } satisfies SeenAsSent);
    characters += text.length;
    if (seen.length > 0 && characters > MANY_CHARACTERS) break;
    if (values && number !== undefined) shared.set(values, number);
    seen.push(text);
  }
  return { seen, values: [...shared.keys()].map(jsonOf) };
}

function jsonOf(data: unknown): string {
  try {
    return JSON.stringify(data);
  } catch {
    throw new TemplateError('the data for the templates is nested too deep');
  }
}
