// JSON in which every value knows its line, so that an error can say where to go. Strict: what an editor's own settings
// may have (comments, a trailing comma) is refused, since nothing else would read such a file.
import {
  getNodeValue,
  type Node,
  type ParseError,
  type ParseErrorCode,
  parseTree,
  printParseErrorCode,
  visit,
} from 'jsonc-parser';
import type { FieldPath } from './config-error.ts';

/** What is wrong, and where: `path` is empty for what is not in the tree. */
export class JsonError extends Error {
  readonly line: number;
  readonly path: FieldPath;

  constructor(line: number, path: FieldPath, problem: string) {
    super(problem);
    this.line = line;
    this.path = path;
  }
}

export interface LocatedJson {
  value: unknown;
  /** Counted from 1: of the name, or of the nearest thing around what is not there. */
  lineOf(path: FieldPath): number;
}

const PROBLEMS: Record<string, string> = {
  InvalidSymbol: 'expected a text in double quotes, a number, true, false or null',
  InvalidCommentToken: 'a comment, which JSON does not have',
  UnexpectedEndOfComment: 'a comment, which JSON does not have',
  PropertyNameExpected: 'expected a name in double quotes',
  ValueExpected: 'expected a value',
  ColonExpected: 'expected a colon',
  CommaExpected: 'expected a comma before this',
  CloseBraceExpected: 'expected a closing }',
  CloseBracketExpected: 'expected a closing ]',
  EndOfFileExpected: 'expected nothing after the closing }',
  UnexpectedEndOfString: 'a text that has no closing quote',
  InvalidCharacter: 'a control character in a text; write it with a backslash',
  InvalidEscapeCharacter: 'a backslash before a letter that takes none; write \\\\ for a backslash itself',
};

/** @throws JsonError at the first thing that is not JSON, or is said twice */
export function parseLocated(text: string): LocatedJson {
  const lineAt = (offset: number) => text.slice(0, offset).split('\n').length;
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { disallowComments: true });
  const [first] = errors;
  if (first) throw new JsonError(lineAt(first.offset), [], problemAt(text, first));
  if (!root) throw new JsonError(1, [], 'expected an object');
  refuseTwice(root, [], lineAt);
  return {
    value: getNodeValue(root),
    lineOf(path) {
      let node = root;
      for (const step of path) {
        const next = childOf(node, step);
        if (!next) break;
        node = next;
      }
      return lineAt((node.parent?.type === 'property' ? node.parent : node).offset);
    },
  };
}

/**
 * The first thing in a text, of any size and nested within bounds, that is not JSON; undefined if it is JSON.
 * @returns its line, counted from 1, and what is wrong, without a piece of the text
 */
export function jsonProblem(text: string): { line: number; problem: string } | undefined {
  // The parser puts blanks together one by one: millions of them would take gigabytes.
  const short = text.replace(/[ \t]{100}/g, ' ');
  let first: { line: number; problem: string } | undefined;
  const onError = (error: ParseErrorCode, offset: number, length: number, line: number) => {
    first ??= { line: line + 1, problem: problemAt(short, { error, offset, length }) };
  };
  visit(short, { onError }, { disallowComments: true });
  return first;
}

function problemAt(text: string, { error, offset }: ParseError): string {
  if (/^[\]}]/.test(text.slice(offset)) && text.slice(0, offset).trimEnd().endsWith(',')) {
    return 'a comma before the closing bracket, which JSON does not have';
  }
  return PROBLEMS[printParseErrorCode(error)] ?? 'this is not JSON';
}

function childOf(node: Node, step: string | number): Node | undefined {
  if (typeof step === 'number') return node.type === 'array' ? node.children?.[step] : undefined;
  const property = node.children?.find(({ type, children }) => type === 'property' && children?.[0]?.value === step);
  return property?.children?.[1];
}

/** Of a name that stands twice, most readers silently take the last; `__proto__` is not a name like the others. */
function refuseTwice(node: Node, path: FieldPath, lineAt: (offset: number) => number): void {
  const seen = new Map<string, number>();
  for (const [index, child] of (node.children ?? []).entries()) {
    const [name, value] = child.type === 'property' ? (child.children ?? []) : [undefined, child];
    const here = [...path, name ? String(name.value) : index];
    const step = here.at(-1);
    if (name && typeof step === 'string') {
      const line = seen.get(step);
      if (line !== undefined) throw new JsonError(lineAt(name.offset), here, `given twice, first in line ${line}`);
      if (step === '__proto__') throw new JsonError(lineAt(name.offset), here, 'unknown');
      seen.set(step, lineAt(name.offset));
    }
    if (value) refuseTwice(value, here, lineAt);
  }
}
