// Names that a condition takes out of what it has worked out itself, as in `(text | from_json).user`: whether they are there
// is not known before it is decided.
import { withoutTexts } from '../template-error.ts';
import { bare, type Node, pathOf } from './syntax.ts';

/** What is taken out of what: out of each of its items, where `isOfItems`. */
export interface Taken {
  from: Node;
  name: Node | string;
  isOfItems: boolean;
}

/** Of these filters, where the name of an attribute stands: what is named so, or what comes first. */
const OF_ITEMS: Record<string, 'first' | 'named'> = {
  selectattr: 'first',
  rejectattr: 'first',
  groupby: 'first',
  map: 'named',
  sort: 'named',
  unique: 'named',
};

/** Nothing where nothing is taken by a name, or where the row tells already whether it is there. */
export function takenBy(node: Node): Taken | undefined {
  if (pathOf(node)) return undefined;
  switch (node.type) {
    case 'attribute':
      return { from: node.object, name: node.name, isOfItems: false };
    case 'index':
      return { from: node.object, name: node.index, isOfItems: false };
    case 'call': {
      const [name, otherwise] = node.args.values;
      if (node.callee.type !== 'attribute' || node.callee.name !== 'get' || !name) return undefined;
      // Of a name that comes out of the row, the condition itself says what it is where it is missing.
      if (otherwise && textOf(name) === undefined) return undefined;
      return { from: node.callee.object, name, isOfItems: false };
    }
    case 'filter': {
      const [first] = node.args.values;
      if (node.name === 'attr') return first && { from: node.operand, name: first, isOfItems: false };
      const place = Object.hasOwn(OF_ITEMS, node.name) ? OF_ITEMS[node.name] : undefined;
      const name = node.args.named?.get('attribute') ?? (place === 'first' ? first : undefined);
      return place && name && { from: node.operand, name, isOfItems: true };
    }
    default:
      return undefined;
  }
}

/** Where it is the same in all rows. */
export function textOf(name: Taken['name']): string | undefined {
  if (typeof name === 'string') return name;
  const inner = bare(name);
  return inner.type === 'literal' && typeof inner.value === 'string' ? inner.value : undefined;
}

/** As an error says it. */
export function takenText({ from, name, isOfItems }: Taken, source: string): string {
  const object = withoutTexts(source.slice(from.start, from.end).replaceAll(/\s+/g, ' '));
  return `${object}${isOfItems ? '[…]' : ''}.${textOf(name) ?? '…'}`;
}
