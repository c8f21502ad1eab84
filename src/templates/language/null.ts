// Which expressions may come to null, and which are cheap enough to be asked for it first.
import { TAKES_TEXT, TEXT_METHODS } from './names-of-the-engine.ts';
import { bare, type Node, pathOf } from './syntax.ts';

/** A name and its parts: cheap, and the same each time. */
export function canStandTwice(node: Node): boolean {
  const inner = bare(node);
  if (inner.type === 'name') return true;
  if (inner.type === 'attribute') return canStandTwice(inner.object);
  if (inner.type !== 'index') return false;
  return canStandTwice(inner.object) && (bare(inner.index).type === 'literal' || canStandTwice(inner.index));
}

const NEVER_NULL = ['join', 'arithmetic', 'unary', 'comparison', 'not', 'test', 'list', 'slice'];

export function mayBeNull(node: Node, locals: ReadonlySet<string>): boolean {
  const inner = bare(node);
  if (NEVER_NULL.includes(inner.type)) return false;
  if (inner.type === 'literal') return inner.value === null;
  if (inner.type === 'filter') return !TAKES_TEXT.has(inner.name);
  if (inner.type !== 'call') return true;
  const [root = ''] = pathOf(inner.callee) ?? [];
  if (inner.callee.type === 'attribute' && TEXT_METHODS.has(inner.callee.name)) return false;
  // Macros and the like, which come to text.
  return !(locals.has(root) || ['caller', 'super', 'self', 'loop'].includes(root));
}
