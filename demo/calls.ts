// A call in the drill: shown, made, its envelope shown, and held to what the story says of it.
import type { Envelope } from '../src/envelope.ts';
import type { Host, Intent } from './host.ts';
import { Omitted, onlyFields } from './readable-json.ts';
import type { Stage } from './stage.ts';

/** Thrown when something did not come out as the story says. */
export class PlotError extends Error {}

export function expect(isSo: boolean, what: string): asserts isSo {
  if (!isSo) throw new PlotError(what);
}

interface HowToCall<Result> {
  /** Who sits in front of the host, for a call that asks a person. */
  person?: Intent;
  /** What of a long result is shown; all of it is returned. */
  show?: (result: Result) => unknown;
}

type Input = Record<string, string | boolean>;

export class Calls {
  readonly #host: Host;
  readonly #stage: Stage;
  #headersShown = false;
  #changeShown = false;

  constructor(host: Host, stage: Stage) {
    this.#host = host;
    this.#stage = stage;
  }

  /** @returns the envelope's result. @throws PlotError */
  async succeeds<Result>(tool: string, input: Input, how: HowToCall<Result> = {}): Promise<Result> {
    const envelope = await this.#call(tool, input, how);
    expect(!envelope.has_error, `${tool} to succeed, but: ${envelope.error}`);
    return envelope.result as Result;
  }

  /** @returns the envelope's error. @throws PlotError */
  async isRefused(tool: string, input: Input, how: HowToCall<unknown>): Promise<string> {
    const { error } = await this.#call(tool, input, how);
    expect(error !== null, `${tool} to be refused`);
    return error;
  }

  async #call<Result>(tool: string, input: Input, { person, show }: HowToCall<Result>): Promise<Envelope> {
    this.#stage.call(tool, input);
    const envelope = await this.#host.call(tool, input, person);
    const shown = show && !envelope.has_error ? show(envelope.result as Result) : envelope.result;
    this.#stage.envelope(this.#withChangeOnce({ ...envelope, result: this.#withHeadersOnce(shown) }));
    return envelope;
  }

  /** What a change changed stands in the call and in the plan too: later ones are left out with a mark. */
  #withChangeOnce(envelope: Envelope): Envelope {
    if (envelope.change === undefined) return envelope;
    if (this.#changeShown) {
      const others = Object.keys(envelope).filter((name) => name !== 'change');
      return onlyFields(envelope, others) as Envelope;
    }
    this.#changeShown = true;
    return envelope;
  }

  /** AWS's own headers are in every answer; shown again and again they would only lengthen the page. */
  #withHeadersOnce(result: unknown): unknown {
    if (!hasMetadata(result)) return result;
    if (this.#headersShown) {
      return { ...result, ResponseMetadata: onlyFields(result.ResponseMetadata, ['HTTPStatusCode']) };
    }
    this.#headersShown = true;
    return result;
  }
}

/** Rows with only these fields, and of those rows only the ones that `isShown` says; what is left out is marked. */
export function few<Row extends object>(fields: (keyof Row & string)[], isShown: (row: Row) => boolean = () => true) {
  return (rows: Row[]): unknown[] => {
    const shown = rows.filter(isShown).map((row) => onlyFields(row, fields));
    const rest = rows.length - shown.length;
    return rest > 0 ? [...shown, new Omitted(`… and ${rest} more`)] : shown;
  };
}

function hasMetadata(result: unknown): result is { ResponseMetadata: object } {
  return typeof result === 'object' && result !== null && 'ResponseMetadata' in result;
}
