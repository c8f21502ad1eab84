// The program of the worker thread in which all templates are rendered. It holds the engine and nothing else, so that it
// can be ended at any moment; see rendering-thread.ts for the other side.
import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'node:worker_threads';
import { type Decided, decideAll } from './decide.ts';
import { Engine, engineMemory } from './engine.ts';
import { EngineFailure } from './engine-error.ts';
import { type Scope, Scopes, type Seen } from './scope.ts';
import { type Complaint, TemplateError } from './template-error.ts';

/** What the main thread sends: every template is to be rendered, or the condition decided, over everything that is seen. */
export interface Request {
  templates: [field: string, template: string][];
  condition?: { text: string; known: readonly string[] };
  /** Each as JSON text, in which a column may have any name and a function has no place. */
  seen: string[];
  /** What several of them share, as JSON text; they name it by its number. */
  values: string[];
  /** The moment that templates take for now, the same for a whole call. */
  now: number;
}

/** What stands in place of `values` in JSON text. */
export type SeenAsSent = Omit<Seen, 'values'> & { values?: number };

/** What the main thread gets, first of all the word that the engine is there. */
export type Message = 'ready' | Answer;

export interface Answer {
  /** Of the first that were seen, in order; the texts in the templates' order. Not all need to be there. */
  rendered: ({ texts: string[] } | ({ field: string } & Complaint))[];
  /** Of a condition. */
  decided?: Decided;
  milliseconds: number;
  /** The engine is in no state to go on with. */
  failure?: string;
  /** It has taken memory that it cannot give back. */
  isBloated: boolean;
}

// An answer in time for a part of the scopes, so that only a single one can exceed the time there is.
const ENOUGH_MILLISECONDS = 25;
const MUCH_MEMORY = 16 * 2 ** 20;

const templates = new Engine();
const conditions = new Engine(true);
const port = workerData as MessagePort;
port.on('message', (request: Request) => port.postMessage(answer(request)));
// With what the first template would otherwise wait for.
const warmUp = { seen: ['{"row":{"b":[{"c":"d"}]}}'], values: [], now: 0 };
answer({ ...warmUp, templates: [['', '{% for a in b %}{{ a.c | lower }}{% endfor %}']] });
answer({ ...warmUp, templates: [], condition: { text: "b is none or b == 'c'", known: [] } });
port.postMessage('ready' satisfies Message);

function answer(request: Request): Answer {
  const start = performance.now();
  const rendered: Answer['rendered'] = [];
  let decided: Decided | undefined;
  let failure: string | undefined;
  try {
    const all = scopesIn(request);
    const isEnough = () => performance.now() - start > ENOUGH_MILLISECONDS;
    if (request.condition) {
      decided = decideAll(conditions, request.condition, all, request.now, isEnough);
    } else {
      for (const scope of all) {
        rendered.push(renderOne(request, scope));
        if (isEnough()) break;
      }
    }
  } catch (error) {
    failure = error instanceof EngineFailure ? error.message : 'the template engine failed';
  }
  const milliseconds = performance.now() - start;
  return { rendered, ...(decided && { decided }), milliseconds, failure, isBloated: engineMemory() > MUCH_MEMORY };
}

function* scopesIn({ seen, values }: Request): Generator<Scope> {
  const scopes = new Scopes();
  const shared = values.map((text) => JSON.parse(text) as Seen['values']);
  for (const text of seen) {
    const { values: number, ...others } = JSON.parse(text) as SeenAsSent;
    yield scopes.of({ ...others, ...(number !== undefined && { values: shared[number] }) });
  }
}

function renderOne({ templates: toRender, now }: Request, scope: Scope): Answer['rendered'][number] {
  const texts: string[] = [];
  for (const [field, template] of toRender) {
    try {
      texts.push(templates.render(template, scope, now));
    } catch (error) {
      if (!(error instanceof TemplateError)) throw error;
      return { field, message: error.message, missing: error.missing, hint: error.hint };
    }
  }
  return { texts };
}
