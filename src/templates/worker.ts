// The program of the worker thread in which all templates are rendered. It holds the engine and nothing else, so that it
// can be ended at any moment; see rendering-thread.ts for the other side.
import type { MessagePort } from 'node:worker_threads';
import { workerData } from 'node:worker_threads';
import { EngineFailure, engineMemory, renderWithEngine } from './engine.ts';
import { TemplateError } from './template-error.ts';

/** What the main thread sends: every template is to be rendered over every scope. */
export interface Request {
  templates: [field: string, template: string][];
  /** Each as JSON text, in which a column may have any name and a function has no place. */
  scopes: string[];
}

/** What the main thread gets, first of all the word that the engine is there. */
export type Message = 'ready' | Answer;

export interface Answer {
  /** Of the first scopes, in order; the texts in the templates' order. Not all need to be there. */
  rendered: ({ texts: string[] } | { field: string; message: string })[];
  milliseconds: number;
  /** The engine is in no state to go on with. */
  failure?: string;
  /** It has taken memory that it cannot give back. */
  isBloated: boolean;
}

// An answer in time for a part of the scopes, so that only a single one can exceed the time there is.
const ENOUGH_MILLISECONDS = 25;
const MUCH_MEMORY = 16 * 2 ** 20;

const port = workerData as MessagePort;
port.on('message', (request: Request) => port.postMessage(answer(request)));
// With what the first template would otherwise wait for.
answer({ templates: [['', '{% for a in b %}{{ a.c | lower }}{% endfor %}']], scopes: ['{"b":[{"c":"d"}]}'] });
port.postMessage('ready' satisfies Message);

function answer({ templates, scopes }: Request): Answer {
  const start = performance.now();
  const rendered: Answer['rendered'] = [];
  let failure: string | undefined;
  try {
    for (const scope of scopes) {
      rendered.push(renderOne(templates, withoutNull(scope)));
      if (performance.now() - start > ENOUGH_MILLISECONDS) break;
    }
  } catch (error) {
    failure = error instanceof EngineFailure ? error.message : 'the template engine failed';
  }
  return { rendered, milliseconds: performance.now() - start, failure, isBloated: engineMemory() > MUCH_MEMORY };
}

/** An empty cell is an empty text: the engine would print "none", which may well be somebody's name. */
function withoutNull(scope: string): Record<string, unknown> {
  return JSON.parse(scope, (_, value) => (value === null ? '' : value));
}

function renderOne(templates: Request['templates'], scope: Record<string, unknown>): Answer['rendered'][number] {
  const texts: string[] = [];
  for (const [field, template] of templates) {
    try {
      texts.push(renderWithEngine(template, scope));
    } catch (error) {
      if (error instanceof TemplateError) return { field, message: error.message };
      throw error;
    }
  }
  return { texts };
}
