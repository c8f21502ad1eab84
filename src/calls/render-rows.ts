// Renders the templates of a call over its rows. What is wrong with a template in every row alike is said once.
import { CallError } from '../errors.ts';
import { isTemplate, renderEach, type Seen, TemplateError, writtenAs } from '../templates/render.ts';
import { columnsOf, type GivenTable } from './row.ts';

export type Texts = Record<string, string>;

// Rows that were forgotten, or braces in a value that were not meant.
const NO_ROWS = '; this call has no rows: give rows or rows_file, or the value itself';

// Characters.
const MOST_TOLD = 800;

export function templatesIn(fields: Record<string, unknown>): Texts {
  const isText = (field: [string, unknown]): field is [string, string] => typeof field[1] === 'string';
  return Object.fromEntries(
    Object.entries(fields)
      .filter(isText)
      .filter(([, text]) => isTemplate(text)),
  );
}

/**
 * One outcome a row, in order; for one that is undefined, no texts.
 * @param table undefined for a call without one
 * @throws CallError InvalidArguments for templates that were stopped, or fail alike in every row
 */
export async function renderRows(
  templates: Texts,
  seen: readonly (Seen | undefined)[],
  table: GivenTable | undefined,
): Promise<(Texts | CallError)[]> {
  if (Object.keys(templates).length === 0) return seen.map(() => ({}));
  const renderings = await renderEach(
    templates,
    seen.filter((each) => each !== undefined),
    table?.now,
  ).catch((error: unknown) => {
    throw error instanceof TemplateError ? new CallError('InvalidArguments', error.message, { cause: error }) : error;
  });
  const [first] = renderings;
  if (table && first && 'error' in first && failureOfAll(renderings.map((each) => errorIn(each, first.field)))) {
    const names = seen.flatMap(({ values } = { row: {} }) => Object.keys(values ?? {}));
    throw wholeFailure(first.field, first.error, table, { what: 'reference value', names });
  }
  const next = renderings.values();
  return seen.map((each) => {
    const rendering = each && next.next().value;
    if (!rendering) return {};
    if ('texts' in rendering) return rendering.texts;
    return templateFailure(rendering.field, rendering.error, table ? '' : NO_ROWS);
  });
}

function errorIn(rendering: Awaited<ReturnType<typeof renderEach>>[number], field: string): unknown {
  return 'error' in rendering && rendering.field === field ? rendering.error : undefined;
}

/** @returns what is wrong, where it is wrong in each of them in the same words */
export function failureOfAll(outcomes: readonly unknown[]): TemplateError | undefined {
  const [first] = outcomes;
  if (!(first instanceof TemplateError)) return undefined;
  const isSame = (other: unknown) => other instanceof TemplateError && other.message === first.message;
  return outcomes.every(isSame) ? first : undefined;
}

/** @param hint follows what is wrong with it */
export function templateFailure(field: string, error: TemplateError, hint = ''): CallError {
  return new CallError('InvalidArguments', `${field}: ${error.message}${hint}`, { field, cause: error });
}

/** What a template can name beside the columns. */
interface OtherNames {
  what: string;
  names: readonly string[];
}

/** Of all rows alike: with the columns that there are, each as a template has to write it. */
export function wholeFailure(field: string, error: unknown, table: GivenTable, others?: OtherNames): unknown {
  if (!(error instanceof TemplateError)) return error;
  const { missing } = error;
  if (missing === undefined || missing.includes('.')) return templateFailure(field, error);
  const why = table.unusable?.get(missing);
  const { what, names = [] } = others ?? {};
  const orOther = names.length > 0 ? ` or ${what}` : '';
  const problem =
    why === undefined ? `there is no column${orOther} '${missing}'` : `'${missing}' cannot be used: ${why}`;
  const there = [namesText('column', columnsOf(table.rows)), namesText(what ?? '', new Set(names))].filter(Boolean);
  const hint = why === undefined && error.hint !== undefined ? `; ${error.hint}` : '';
  const told = `${field}: ${problem}${hint}`;
  const message = there.length === 0 ? told : `${told}${hint.endsWith('?') ? ' ' : '; '}${there.join('; ')}`;
  return new CallError('InvalidArguments', message, { field, cause: error });
}

function namesText(what: string, all: ReadonlySet<string>): string {
  const names: string[] = [];
  let length = 0;
  for (const name of all) {
    const written = writtenAs(name);
    length += written.length + 2;
    if (length > MOST_TOLD) return `of ${all.size} ${what}s, the first are ${names.join(', ')}`;
    names.push(written);
  }
  return names.length > 0 ? `the ${what}s are ${names.join(', ')}` : '';
}
