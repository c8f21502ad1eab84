// A condition over rows: what it comes to for each, and what is wrong with it whatever the rows are.
import type { Engine } from './engine.ts';
import { TooMuchWork } from './engine-error.ts';
import type { Scope } from './scope.ts';
import { noteSightings, noteTaken, type Sighting } from './sightings.ts';
import { type Complaint, TemplateError } from './template-error.ts';

export interface Decided {
  outcomes: (boolean | Complaint)[];
  /** By the names' places in the condition. */
  sightings: Sighting[];
  /** Wrong whatever the rows are. */
  wrong?: Complaint;
}

export function decideAll(
  engine: Engine,
  { text, known }: { text: string; known: readonly string[] },
  scopes: Iterable<Scope>,
  now: number,
  isEnough: () => boolean,
): Decided {
  const decided: Decided = { outcomes: [], sightings: [] };
  let first: Scope | undefined;
  try {
    for (const scope of scopes) {
      first = scope;
      const compiled = engine.compiled(text, scope);
      noteSightings(decided.sightings, compiled, scope, known);
      decided.outcomes.push(outcomeOf(() => engine.decide(compiled, scope, now)));
      noteTaken(decided.sightings, compiled, engine.taken);
      if (isEnough()) break;
    }
    if (!first) engine.compiled(text, undefined);
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    decided.wrong = { message: error.message };
  }
  return decided;
}

function outcomeOf(decide: () => boolean): boolean | Complaint {
  try {
    return decide();
  } catch (error) {
    if (!(error instanceof TemplateError) || error instanceof TooMuchWork) throw error;
    return { message: error.message };
  }
}
