// A converter of schemas as the strictest of the known ones are, those of the Gemini family: what it does not know, it
// does not leave out but throws on. (@google/genai 1.8 throws on `anyOf` beside a type, its API answers 400 to a branch
// without one; autogen loads no tool then.)

/** A schema of Gemini's. */
interface Converted {
  type?: string;
  nullable?: boolean;
  description?: string;
  properties?: Record<string, Converted>;
  required?: string[];
  items?: Converted;
  anyOf?: Converted[];
  enum?: string[];
}

const TYPES = ['string', 'number', 'integer', 'boolean', 'array', 'object'];
// `additionalProperties` is passed over: there is no word for it.
const KEYWORDS = [
  'type',
  'title',
  'description',
  'properties',
  'required',
  'items',
  'anyOf',
  'enum',
  'additionalProperties',
];

/** @throws Error for whatever it cannot say in Gemini's words */
export function strictlyConverted(schema: unknown, at = ''): Converted {
  const given = schema as Record<string, unknown>;
  const refuse = (why: string) => new Error(`${at || '/'}: ${why}`);
  const unknown = Object.keys(given).filter((keyword) => !KEYWORDS.includes(keyword));
  if (unknown.length > 0) throw refuse(`${unknown} is not known`);
  if (Array.isArray(given.anyOf)) return branches(given, at, refuse);
  const { type, properties, required, items, enum: choices } = given;
  if (typeof type !== 'string' || !TYPES.includes(type)) throw refuse(`${JSON.stringify(type)} is no type`);
  if (type === 'array' && !items) throw refuse('an array has to have items');
  if (type !== 'array' && items) throw refuse('items belong to an array');
  if (type === 'object' && given.additionalProperties === true && !properties) {
    throw refuse('an object of additional properties alone is emptied');
  }
  if (choices && (type !== 'string' || !(choices as unknown[]).every((one) => typeof one === 'string' && one !== ''))) {
    throw refuse('choices are texts, and none is empty');
  }
  for (const name of (required as string[]) ?? []) {
    if (!Object.hasOwn((properties as object) ?? {}, name)) throw refuse(`${name} is required and not described`);
  }
  const below = Object.entries((properties as object) ?? {}).map(
    ([name, inner]) => [name, strictlyConverted(inner, `${at}/${name}`)] as const,
  );
  return {
    type: type.toUpperCase(),
    ...(given.description !== undefined && { description: String(given.description) }),
    ...(properties !== undefined && { properties: Object.fromEntries(below) }),
    ...(required !== undefined && { required: required as string[] }),
    ...(items !== undefined && { items: strictlyConverted(items, `${at}[]`) }),
    ...(choices !== undefined && { enum: choices as string[] }),
  };
}

function branches(given: Record<string, unknown>, at: string, refuse: (why: string) => Error): Converted {
  const beside = Object.keys(given).filter((keyword) => !['anyOf', 'title', 'description'].includes(keyword));
  if (beside.length > 0) throw refuse(`${beside} stands beside anyOf`);
  const all = given.anyOf as Record<string, unknown>[];
  const isNull = (branch: Record<string, unknown>) => branch.type === 'null';
  const anyOf = all
    .filter((branch) => !isNull(branch))
    .map((branch, index) => strictlyConverted(branch, `${at}|${index}`));
  if (anyOf.length === 0) throw refuse('null alone is no type');
  return {
    ...(given.description !== undefined && { description: String(given.description) }),
    ...(all.some(isNull) && { nullable: true }),
    anyOf,
  };
}
