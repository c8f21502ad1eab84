// From the documents of a JSON file to its rows, or to an error that says what is in the file and how to choose.
import type { Row } from '../calls/row.ts';
import { cleanLine } from '../clean-text.ts';
import { CallError } from '../errors.ts';
import { shownName } from './file-name.ts';
import { groupOf, isObject, type List, listsOf } from './json-lists.ts';
import { follow, pointerOf, stepsOf } from './json-pointer.ts';
import { problemIn, type RowLimit, tooManyRows } from './problem.ts';

const FEW = 8;

/**
 * @param isLines whether each object is a row, whatever is in it
 * @param whereOf which line a document starts in
 * @throws CallError InvalidArguments where it cannot be told what the rows are
 */
export function tableIn(
  name: string,
  documents: readonly unknown[],
  limit: RowLimit,
  { isLines, whereOf }: { isLines: boolean; whereOf: (index: number) => string },
): Row[] {
  const [document] = documents;
  if (documents.length === 1 && !isLines) {
    if (isObject(document)) return rowsOfObject(name, document, limit);
    if (Array.isArray(document)) return rowsOfItems(name, document);
    throw problemIn(name, undefined, `is ${kindOf(document)}: it has to be an array of objects`);
  }
  if (documents.every(Array.isArray)) return rowsOfItems(name, documents.flat());
  const wrapped = isLines ? undefined : sameListOf(documents);
  return wrapped ? rowsOfItems(name, wrapped) : rowsOfItems(name, documents, whereOf);
}

/** @throws CallError InvalidArguments for a pointer that leads to no rows */
export function tableAt(name: string, document: unknown, pointer: string): Row[] {
  const file = name.slice(0, name.length - pointer.length - 1);
  const steps = stepsOf(pointer);
  if (!steps) {
    throw problemIn(name, undefined, `has to have a JSON pointer after the #, such as ${shownPart(file, '/alerts')}`);
  }
  const { found, taken } = follow(document, steps);
  if (taken < steps.length) {
    const where = taken === 0 ? 'the file' : shownPart(file, pointerOf(steps.slice(0, taken)));
    throw problemIn(name, undefined, `leads nowhere: ${where} is ${kindOf(found)}${whatIsIn(found)}`);
  }
  if (Array.isArray(found)) return rowsOfItems(name, found);
  if (isObject(found)) return groupOf(found, steps) ? rowsOfGroup(found) : [found];
  throw problemIn(name, undefined, `leads to ${kindOf(found)}: it has to lead to an array or an object`);
}

function rowsOfObject(name: string, document: Row, limit: RowLimit): Row[] {
  // A result of this program that was saved.
  if (Array.isArray(document.result) && Object.hasOwn(document, 'has_error')) return rowsOfItems(name, document.result);
  const { lists, isUnclear } = listsOf(document);
  const [list] = lists;
  if (!list) return [document];
  if (lists.length === 1 && !isUnclear) {
    if (list.items.length > limit.most) throw tooManyRows(name, `${list.items.length} rows`, limit);
    const { found } = follow(document, list.steps);
    return isObject(found) ? rowsOfGroup(found) : rowsOfItems(name, list.items);
  }
  const whole = isUnclear ? `, or ${shownPart(name, '')} (1 row: ${columnsOf([document])})` : '';
  const others = lists.length > FEW ? ` and ${lists.length - FEW} others` : '';
  const choices = lists.slice(0, FEW).map((each) => describe(name, each));
  const what = lists.length === 1 ? 'is an object with an array of objects in it' : 'has several arrays of objects';
  throw new CallError(
    'InvalidArguments',
    `${shownName(name)} ${what}: say which is the table, by the name ${choices.join(', ')}${others}${whole}`,
  );
}

/** With the name of its group, unless there is a column of that name. */
function rowsOfGroup(groups: Row): Row[] {
  return Object.entries(groups).flatMap(([group, items]) =>
    (items as Row[]).map((row) =>
      Object.hasOwn(row, 'group') ? row : Object.fromEntries([['group', group], ...Object.entries(row)]),
    ),
  );
}

const rowAt = (index: number) => `row ${index + 1}`;

function rowsOfItems(name: string, items: readonly unknown[], whereOf = rowAt): Row[] {
  if (items.every(isObject)) return items as Row[];
  const isMixed = items.some(isObject);
  const wrong = items.findIndex((item) => item === null || (isMixed && !isObject(item)));
  if (wrong !== -1)
    throw problemIn(name, whereOf(wrong), items[wrong] === null ? 'this is null' : 'this is not an object');
  // Of arrays, such as `--query 'Users[].[UserName,Arn]'` has: value[0].
  return items.map((value) => ({ value }));
}

/** Of objects that all hold one list and nothing else, under the same name: pages one after another. */
function sameListOf(documents: readonly unknown[]): readonly unknown[] | undefined {
  const found: List[] = [];
  for (const document of documents) {
    const { lists, isUnclear } = isObject(document) ? listsOf(document) : { lists: [], isUnclear: true };
    const [list] = lists;
    if (!list || lists.length > 1 || isUnclear) return undefined;
    found.push(list);
  }
  const pointers = new Set(found.map(({ steps }) => pointerOf(steps)));
  return pointers.size === 1 ? found.flatMap(({ items }) => items) : undefined;
}

function describe(name: string, { steps, items }: List): string {
  const rows = `${items.length} row${items.length === 1 ? '' : 's'}`;
  return `${shownPart(name, pointerOf(steps))} (${rows}: ${columnsOf(items)})`;
}

function columnsOf(items: readonly unknown[]): string {
  const names = new Set<string>();
  for (const item of items.slice(0, 100)) {
    if (!isObject(item)) return 'value';
    for (const column of Object.keys(item)) names.add(column);
  }
  return shownNames([...names]);
}

/** A few names, each fit for an error. */
export function shownNames(names: readonly string[]): string {
  const few = names
    .slice(0, FEW)
    .map((column) => (column.length > 60 ? `a name of ${column.length} characters` : cleanLine(column)));
  return `${few.join(', ')}${names.length > FEW ? ` and ${names.length - FEW} others` : ''}`;
}

const LONGEST_PART = 200;

function shownPart(file: string, pointer: string): string {
  return pointer.length > LONGEST_PART
    ? `a pointer of ${pointer.length} characters`
    : `${shownName(file).slice(0, -1)}#${cleanLine(pointer)}'`;
}

function whatIsIn(value: unknown): string {
  if (Array.isArray(value)) return ` of ${value.length}`;
  return isObject(value)
    ? ` with ${Object.keys(value).length === 0 ? 'nothing in it' : shownNames(Object.keys(value))}`
    : '';
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'an array';
  if (value === null) return 'null';
  switch (typeof value) {
    case 'object':
      return 'an object';
    case 'string':
      return 'one text';
    case 'number':
      return 'one number';
    default:
      return 'true or false';
  }
}
