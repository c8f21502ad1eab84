// The template engine: MiniJinja in WebAssembly, which has no way to JavaScript's objects, kept within bounds. Loaded by
// the worker thread.
import { Environment, initSync } from 'minijinja-js/dist/web/minijinja_js.js';
import { type Compiled, compile } from './compiled.ts';
import { engineError, type Failed } from './engine-error.ts';
import { install, type Rendering } from './functions/install.ts';
import { kindOf } from './functions/values.ts';
import { withMemoryLimit } from './memory-limit.ts';
import { meantIn, meantText, missingError } from './missing.ts';
import type { Scope } from './scope.ts';
import { TemplateError } from './template-error.ts';
import wasm from './wasm.ts';

const LONGEST_OUTPUT = 100_000;
// Steps of the engine, some four for each turn of a loop: about 10 ms of looping.
const FUEL = 50_000;
// Of 64 KB: 64 MB in all.
const MEMORY_PAGES = 1024;
// Of all calls: more are not used at the same time.
const MOST_KEPT = 64;

const { memory } = initSync({ module: withMemoryLimit(wasm, MEMORY_PAGES) });
const state: Rendering = { now: 0, isCondition: false, taken: new Map() };

export class Engine {
  readonly #isForConditions: boolean;
  readonly #environment: Environment;
  /** By their text: what each came to, or what is wrong with it. */
  readonly #kept = new Map<string, (Compiled & { name: string }) | TemplateError>();

  constructor(isForConditions = false) {
    this.#isForConditions = isForConditions;
    this.#environment = makeEnvironment(isForConditions);
  }

  /**
   * @param scope of a row, for what an error says
   * @throws TemplateError
   * @throws EngineFailure
   */
  compiled(source: string, scope: Scope | undefined): Compiled & { name: string } {
    let kept = this.#kept.get(source);
    if (!kept) {
      if (this.#kept.size >= MOST_KEPT) {
        this.#environment.clearTemplates();
        this.#kept.clear();
      }
      kept = this.#compile(source);
      this.#kept.set(source, kept);
    }
    if (kept instanceof TemplateError) throw withHint(kept, source, scope);
    return kept;
  }

  /**
   * @throws TemplateError
   * @throws EngineFailure
   */
  render(source: string, scope: Scope, now: number): string {
    const compiled = this.compiled(source, scope);
    const missing = missingIn(compiled, scope, false);
    if (missing) throw missing;
    state.isCondition = false;
    const output = this.#run(compiled, scope, now, () => missingIn(compiled, scope, true));
    if (output.length > LONGEST_OUTPUT) {
      throw new TemplateError(
        `the template makes ${output.length} characters, and at most ${LONGEST_OUTPUT} are taken`,
      );
    }
    return output;
  }

  /**
   * What a condition comes to.
   * @throws TemplateError
   * @throws EngineFailure
   */
  decide(compiled: Compiled & { name: string }, scope: Scope, now: number): boolean {
    state.isCondition = true;
    this.#run(compiled, scope, now, () => undefined);
    const value = state.decided?.value;
    if (value === null || value === undefined) return false;
    if (typeof value === 'boolean') return value;
    const text = typeof value === 'string' ? value.trim().toLowerCase() : '';
    if (text === 'true' || text === 'false') return text === 'true';
    throw new TemplateError(
      `the condition is neither true nor false, but ${kindOf(value)}: write a comparison, such as user == 'x'`,
    );
  }

  /** What the last condition has taken by a name out of what it worked out, by the names' numbers. */
  get taken(): Readonly<Rendering['taken']> {
    return state.taken;
  }

  #run(
    { name, ...compiled }: Compiled & { name: string },
    scope: Scope,
    now: number,
    missing: Failed['missing'],
  ): string {
    state.now = now;
    state.complaint = undefined;
    state.decided = undefined;
    state.taken.clear();
    let output: string;
    try {
      output = this.#environment.renderTemplate(name, scope.pick(compiled.roots));
    } catch (error) {
      throw engineError(error, { compiled, missing, what: this.#isForConditions ? 'condition' : 'template' });
    }
    if (state.complaint !== undefined) throw new TemplateError(state.complaint);
    return output;
  }

  #compile(source: string): (Compiled & { name: string }) | TemplateError {
    const name = `t${this.#kept.size}`;
    try {
      const compiled = compile(source, this.#isForConditions);
      if (!compiled) return this.#whatIsWrong(source);
      this.#environment.addTemplate(name, compiled.text);
      return { ...compiled, name };
    } catch (error) {
      if (error instanceof TemplateError) return error;
      const failed = engineError(error, { missing: () => undefined });
      if (failed instanceof TemplateError) return this.#whatIsWrong(source, failed);
      throw failed;
    }
  }

  /** Said by the engine, of the template as it is written. */
  #whatIsWrong(source: string, error?: TemplateError): TemplateError {
    const isBare = this.#isForConditions && !source.trimStart().startsWith('{{');
    if (isBare && (source.trim() === '' || /\{[{%#]/.test(source))) return new TemplateError(NO_CONDITION);
    const text = isBare ? `{{ ${source} }}` : source;
    const what = this.#isForConditions ? 'condition' : 'template';
    try {
      this.#environment.addTemplate('wrong', text);
      this.#environment.removeTemplate('wrong');
    } catch (thrown) {
      const failed = engineError(thrown, {
        compiled: { source: text, text, origins: [], taken: [] },
        missing: () => undefined,
        what,
      });
      if (!(failed instanceof TemplateError)) throw failed;
      return failed;
    }
    if (error) return error;
    if (this.#isForConditions && /\{[{%#]/.test(source)) return new TemplateError(NO_CONDITION);
    const includes = /\{%[-+]?\s*(include|extends|import|from)\b/.test(source);
    const why = includes ? 'there are no other templates to include or extend' : 'it is nested too deep';
    return new TemplateError(`not a Jinja template that is read here: ${why}`);
  }
}

const NO_CONDITION = "not a condition: write one expression that is true or false, such as {{ user == 'x' }}";

/** In bytes. It never becomes less. */
export function engineMemory(): number {
  return memory.buffer.byteLength;
}

function makeEnvironment(isForConditions: boolean): Environment {
  const made = new Environment();
  // Of rows that are uneven, a condition takes what one lacks for null: what no row has is found out before.
  made.undefinedBehavior = isForConditions ? 'chainable' : 'strict';
  made.fuel = FUEL;
  // Errors then point at an expression. They also show values: `engineError` takes over none.
  made.debug = true;
  // It prints the whole scope.
  made.removeGlobal('debug');
  // Methods as in Python: `name.split('@')`.
  made.enablePyCompat();
  install(made, state);
  return made;
}

/**
 * The first missing name about which the engine itself would not complain; with `all`, the first missing one. A name of
 * which the template asks anywhere `is defined`, or to which it gives a default, is never missing.
 */
function missingIn({ uses, source }: Compiled, scope: Scope, all: boolean): TemplateError | undefined {
  const guarded = uses.filter(({ isGuarded }) => isGuarded).map(({ path }) => `${path.join('\0')}\0`);
  for (const { path, isChecked } of uses) {
    if (isChecked && !all) continue;
    const missing = scope.lookUp(path);
    if (!missing) continue;
    if (guarded.some((start) => `${path.join('\0')}\0`.startsWith(start))) continue;
    return missingError(missing, { meant: meantIn(source, scope) });
  }
  return undefined;
}

function withHint(error: TemplateError, source: string, scope: Scope | undefined): TemplateError {
  const meant = meantIn(source, scope);
  return meant.length === 0 ? error : new TemplateError(`${error.message}; ${meantText(meant)}`);
}
