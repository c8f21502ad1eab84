// The template engine: MiniJinja in WebAssembly, which has no way to JavaScript's objects, kept within bounds. Loaded
// with the first template.
import { Environment, initSync } from 'minijinja-js/dist/web/minijinja_js.js';
import { type MissingName, missingName, namesFor } from './names.ts';
import { TemplateError } from './render.ts';
import wasm from './wasm.ts';

const LONGEST_TEMPLATE = 10_000;
const LONGEST_OUTPUT = 100_000;
// Steps of the engine, some four for each turn of a loop: about 10 ms of looping.
const FUEL = 50_000;

let hasStopped = false;

/** @throws TemplateError */
export function renderWithEngine(template: string, scope: Record<string, unknown>): string {
  if (template.length > LONGEST_TEMPLATE) {
    throw new TemplateError(`the template has ${template.length} characters, and at most ${LONGEST_TEMPLATE} are read`);
  }
  // The engine would make a function callable: data is all it may get.
  const data = JSON.parse(JSON.stringify(scope)) as Record<string, unknown>;
  const missing = missingName(template, data);
  if (missing) throw undefinedError(missing);
  if (hasStopped) throw new TemplateError('the template engine has stopped: start this program again');
  let output: string;
  try {
    output = quietly(() => run(template, data));
  } catch (error) {
    throw templateError(error, template, data);
  }
  if (output.length > LONGEST_OUTPUT) {
    throw new TemplateError(`the template makes ${output.length} characters, and at most ${LONGEST_OUTPUT} are taken`);
  }
  return output;
}

function run(template: string, data: Record<string, unknown>): string {
  // The bytes count only the first time.
  initSync({ module: wasm });
  const environment = new Environment();
  environment.undefinedBehavior = 'strict';
  environment.fuel = FUEL;
  // Errors then point at the expression. They show values, too: `templateError` takes none of those over.
  environment.debug = true;
  // It prints the whole scope.
  environment.removeGlobal('debug');
  // Methods as in Python: `name.split('@')`.
  environment.enablePyCompat();
  try {
    return environment.renderStr(template, data);
  } finally {
    if (!hasStopped) environment.free();
  }
}

/** A panic of the engine prints to the console, and stderr is not ours to write on. */
function quietly<Result>(work: () => Result): Result {
  const { error } = console;
  Object.assign(console, { error: () => {} });
  try {
    return work();
  } finally {
    Object.assign(console, { error });
  }
}

function undefinedError(missing: MissingName): TemplateError {
  return new TemplateError(`${missing.expression} is undefined; ${namesFor(missing)}`);
}

function templateError(error: unknown, template: string, data: Record<string, unknown>): TemplateError {
  const message = error instanceof Error ? error.message : String(error);
  // After a panic, the engine's memory is in no state to go on with.
  if (error instanceof Error && error.name === "RuntimeError") hasStopped = true;
  return new TemplateError(message);
}
