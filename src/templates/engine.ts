// The template engine: MiniJinja in WebAssembly, which has no way to JavaScript's objects, kept within bounds. Loaded by
// the worker thread.
import { Environment, initSync } from 'minijinja-js/dist/web/minijinja_js.js';
import { withMemoryLimit } from './memory-limit.ts';
import { type MissingName, missingName, namesFor } from './names.ts';
import { TemplateError, withoutTexts } from './template-error.ts';
import wasm from './wasm.ts';

const LONGEST_TEMPLATE = 10_000;
const LONGEST_OUTPUT = 100_000;
// Steps of the engine, some four for each turn of a loop: about 10 ms of looping.
const FUEL = 50_000;
// Of 64 KB: 64 MB in all.
const MEMORY_PAGES = 1024;

const { memory } = initSync({ module: withMemoryLimit(wasm, MEMORY_PAGES) });
const environment = makeEnvironment();

/** A panic, which leaves the engine's memory in no state to go on with. */
export class EngineFailure extends Error {}

/** In bytes. It never becomes less. */
export function engineMemory(): number {
  return memory.buffer.byteLength;
}

/**
 * @param scope parsed JSON: the engine would make a function callable
 * @throws TemplateError
 * @throws EngineFailure
 */
export function renderWithEngine(template: string, scope: Record<string, unknown>): string {
  if (template.length > LONGEST_TEMPLATE) {
    throw new TemplateError(`the template has ${template.length} characters, and at most ${LONGEST_TEMPLATE} are read`);
  }
  const missing = missingName(template, scope);
  if (missing) throw undefinedError(missing);
  let output: string;
  try {
    output = environment.renderStr(template, scope);
  } catch (error) {
    throw templateError(error, missingName(template, scope, true));
  }
  if (output.length > LONGEST_OUTPUT) {
    throw new TemplateError(`the template makes ${output.length} characters, and at most ${LONGEST_OUTPUT} are taken`);
  }
  return output;
}

function makeEnvironment(): Environment {
  const made = new Environment();
  made.undefinedBehavior = 'strict';
  made.fuel = FUEL;
  // Errors then point at an expression. They also show values: `templateError` takes over none.
  made.debug = true;
  // It prints the whole scope.
  made.removeGlobal('debug');
  // Methods as in Python: `name.split('@')`.
  made.enablePyCompat();
  return made;
}

function undefinedError(missing: MissingName): TemplateError {
  return new TemplateError(`${missing.expression} is undefined; ${namesFor(missing)}`);
}

// Of what the engine says, its kind of error: a detail may repeat a value.
const KINDS =
  /^(invalid operation|missing argument|too many arguments|unknown (?:filter|test|function|method|block)|cannot unpack|template not found|bad string escape)\b/;

function templateError(error: unknown, missing: MissingName | undefined): TemplateError | EngineFailure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  if (name === 'RuntimeError') return new EngineFailure('the template engine failed at this template');
  const at = expressionIn(message);
  if (/^undefined value/.test(message))
    return missing ? undefinedError(missing) : new TemplateError(`${at} is undefined`);
  if (/^engine ran out of fuel/.test(message)) return new TemplateError('the template asks for too much work');
  // Here the detail has the template's punctuation alone.
  const [, unexpected] = /^syntax error: (.*?) \(in <string>/.exec(message) ?? [];
  if (unexpected !== undefined) return new TemplateError(`not a Jinja template: ${unexpected}, at ${at}`);
  const [kind = 'the template cannot be rendered'] = KINDS.exec(message) ?? [];
  return new TemplateError(`${kind}, at ${at}`);
}

/** What the engine's carets point at, and the line alone where that goes over several; texts in it are left out. */
function expressionIn(message: string): string {
  const [, line = '1', source = '', before = '', carets = ''] =
    /^ *(\d+) > (.*)\n {5}i ( *)(\^+) /m.exec(message) ?? /\(in <string>:(\d+)\)/.exec(message) ?? [];
  const expression = [...source]
    .slice(before.length, before.length + carets.length)
    .join('')
    .trim();
  return expression === '' ? `line ${line}` : `'${withoutTexts(expression)}'`;
}
