// Which part of a JSON document is the table. Programs wrap the rows: in an object that says nothing else (`Users`), with
// counts and marks for the next page (`total`, `NextToken`), or deeper (`data.items`). And there are objects that are one
// thing by themselves (an event, a finding), in which an array is a part of it: those are one row.
import type { Row } from '../calls/row.ts';

export const isObject = (value: unknown): value is Row =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list that may be the table. */
export interface List {
  steps: string[];
  /** Not all are objects: texts, numbers and arrays become rows with one column, `value`. */
  items: readonly unknown[];
}

/** `unclear` where the object has values of its own beside its lists: it may be the row itself. */
export interface Lists {
  lists: List[];
  isUnclear: boolean;
}

// Deeper than any program wraps its rows.
const DEEPEST_WRAP = 6;
// Of an object that is a thing of its own.
const FEWEST_OWN_VALUES = 5;
// Of an array that is a part of a thing: a finding has a few resources.
const MOST_PARTS = 20;

/** Compared without case and separators. They are about the list, its pages and its making, not about a thing. */
const ABOUT_A_LIST = new Set(
  (
    'total totalcount totalresults totalitems totalhits totalrecords count size num numresults resultcount page pages ' +
    'perpage pagesize pagenumber pagecount next nexttoken nextpage nextpagetoken nextlink nexturl nextcursor nextmarker ' +
    'previous prev marker cursor istruncated truncated hasmore hasnext hasnextpage more limit offset start startat ' +
    'startindex itemsperpage maxitems maxresults maxrecords took timedout status statuscode code ok success message ' +
    'error errors haserror warnings warning requestid responsemetadata metadata meta links version schema schemas ' +
    'schemaversion apiversion kind odatacontext odatanextlink odatacount generated generatedat generatedtime generator ' +
    'timestamp incompleteresults self expand paging pagination querytime duration format continuefrom summary'
  ).split(' '),
);
/** Names of arrays that hold the rows, even in an object with many values of its own: the head of a report. */
const HOLDS_ROWS = new Set(
  (
    'findings results result records items alerts issues secrets leaks events hits entries data rows matches users keys ' +
    'accesskeys accesskeymetadata credentials vulnerabilities detections incidents members resultlist values'
  ).split(' '),
);
const IDENTITY = /^(?:id|arn|uid|uuid|guid|key|name|.*[a-z]Id|.*[a-z]Arn|.*_id|.*ID|.*Name|.*_name)$/;

const plain = (name: string) => name.replaceAll(/[^a-z0-9]/gi, '').toLowerCase();
const isAboutList = (name: string) => ABOUT_A_LIST.has(plain(name));

/** The lists in an object that may be the table; none where the object is one row. */
export function listsOf(document: Row): Lists {
  const ofObjects = listsBelow(document, [], isRowList);
  if (ofObjects.lists.length > 0) return ofObjects;
  const ofValues = listsBelow(document, [], isValueList);
  // `{"Users": []}` is a table without rows, and texts beside anything else are a part of it.
  const [first] = ofValues.lists;
  if (first && !ofValues.isUnclear && ofValues.lists.every(({ items }) => items.length === 0)) {
    return { lists: [first], isUnclear: false };
  }
  return ofValues.isUnclear || ofValues.lists.length !== 1 ? { lists: [], isUnclear: false } : ofValues;
}

function listsBelow(object: Row, steps: string[], isList: (value: readonly unknown[]) => boolean): Lists {
  const entries = Object.entries(object);
  const own = entries.flatMap(([name, value]) =>
    Array.isArray(value) && isList(value) ? { steps: [...steps, name], items: value } : [],
  );
  const told = entries.filter(([name, value]) => !isAboutList(name) && isTold(value));
  if (told.length > 0) {
    if (own.length === 0 || isThing(told, own)) return { lists: [], isUnclear: false };
    return { lists: own, isUnclear: true };
  }
  const grouped = steps.length > 0 ? groupOf(object, steps) : undefined;
  if (grouped) return { lists: [grouped], isUnclear: false };
  const inner =
    steps.length < DEEPEST_WRAP
      ? entries.flatMap(([name, value]) =>
          isObject(value) && !isAboutList(name) ? listsBelow(value, [...steps, name], isList) : [],
        )
      : [];
  return {
    lists: [...own, ...inner.flatMap(({ lists }) => lists)],
    isUnclear: inner.some(({ isUnclear }) => isUnclear),
  };
}

/** A value that says something by itself. */
const isTold = (value: unknown) => value !== null && typeof value !== 'object' && value !== '';

const isRowList = (value: readonly unknown[]) => value.length > 0 && value.every(isObject);
const isValueList = (value: readonly unknown[]) => value.every((item) => item === null || typeof item !== 'object');

/** Whether it is one thing, whose arrays are parts of it. */
function isThing(told: [name: string, value: unknown][], own: readonly List[]): boolean {
  if (told.length < FEWEST_OWN_VALUES || !told.some(([name]) => IDENTITY.test(name))) return false;
  return own.every(({ steps, items }) => !HOLDS_ROWS.has(plain(steps.at(-1) ?? '')) && items.length < MOST_PARTS);
}

/** Arrays by the name of what they are about (of a file, say), all alike: one list. */
export function groupOf(object: Row, steps: string[]): List | undefined {
  const groups = Object.values(object);
  if (groups.length < 2 || !groups.every((group) => Array.isArray(group) && isRowList(group))) return undefined;
  const columns = new Set((groups as Row[][]).map(([first]) => JSON.stringify(Object.keys(first ?? {}).sort())));
  return columns.size === 1 ? { steps, items: groups.flat() } : undefined;
}
