// What the engine has by name, and what this program adds: to say what is unknown before anything is rendered.

/** Functions of this program's that a template is rewritten to call. No column is called so by accident. */
export const OWN_NAMES = {
  compare: '__compare',
  text: '__text',
  truth: '__truth',
  item: '__item',
  items: '__items',
  decide: '__decide',
  printed: '__printed',
} as const;

const words = (text: string) => text.trim().split(/\s+/);

/** Filters of the engine's over texts, and others for which null is as good as an empty text. */
export const TAKES_TEXT = new Set(
  words(`capitalize count e escape indent length lines list lower replace reverse safe split string striptags title trim
    truncate upper urlencode`),
);

const ENGINE_FILTERS =
  words(`abs attr batch bool capitalize chain count d default dictsort e escape filesizeformat first
  float groupby indent int items join last length lines list lower map max min pprint pluralize reject rejectattr replace
  reverse round safe select selectattr slice sort split string striptags sum title tojson trim truncate unique upper zip`);

const OWN_FILTERS = words(`b64decode b64encode basename bool combine d default dict2items difference dirname flatten
  from_json intersect items2dict join mandatory regex_escape regex_findall regex_replace regex_search removeprefix
  removesuffix rsplit splitext strftime symmetric_difference ternary to_datetime to_json to_nice_json union urldecode
  urlencode urlsplit`);

export const FILTERS = [...new Set([...ENGINE_FILTERS, ...OWN_FILTERS])].sort();

const ENGINE_TESTS = words(`boolean defined divisibleby endingwith eq equalto escaped even false filter float ge gt
  greaterthan in integer iterable le lessthan lower lt mapping ne none number odd safe sameas sequence startingwith string
  test true undefined upper`);

export const TESTS = [...ENGINE_TESTS, 'match', 'regex', 'search', 'contains'].sort();

export const FUNCTIONS = ['age_days', 'days_ago', 'dict', 'namespace', 'now', 'range'];

/** Of texts alone, so that null before them is an empty text. */
export const TEXT_METHODS = new Set(
  words(`capitalize endswith find isalnum isalpha isascii isdigit islower isnumeric isspace isupper lower lstrip replace
    rfind rstrip split splitlines startswith strip title upper`),
);

/** Python's, which are filters here. */
export const OWN_METHODS = new Set(['removeprefix', 'removesuffix', 'rsplit']);

export const METHODS = [
  ...new Set([...TEXT_METHODS, ...OWN_METHODS, ...words('count get items join keys values')]),
].sort();

/** What the engine names itself. */
export const BUILT_IN = new Set(
  words('range dict namespace loop caller self super varargs kwargs now days_ago age_days'),
);

/** What people write out of habit, and what it is here. */
export const HABITS: Record<string, string> = {
  null: 'none',
  nil: 'none',
  NULL: 'none',
  undefined: 'none',
  len: 'value | length',
  str: 'value | string',
  int: 'value | int',
  float: 'value | float',
  bool: 'value | bool',
  today: 'now()',
  utcnow: 'now()',
};
