// What an expression of a template is made of. Each node knows where it stands, since what is not changed is copied.
interface At {
  start: number;
  end: number;
}

export type Node = At &
  (
    | { type: 'literal'; value: string | number | boolean | null; strings?: At[] }
    | { type: 'name'; name: string }
    | { type: 'group'; inner: Node }
    | { type: 'list'; items: Node[] }
    | { type: 'attribute'; object: Node; name: string }
    | { type: 'index'; object: Node; index: Node }
    | { type: 'slice'; object: Node; parts: Node[] }
    | { type: 'call'; callee: Node; args: Args }
    | { type: 'filter'; operand: Node; name: string; nameAt: At; args: Args }
    | { type: 'test'; operand: Node; name: string; nameAt: At; args: Args }
    | { type: 'unary'; operand: Node }
    | { type: 'arithmetic' | 'join'; left: Node; right: Node }
    | { type: 'comparison'; first: Node; rest: { operator: string; right: Node }[] }
    | { type: 'not'; operand: Node }
    | { type: 'and' | 'or'; left: Node; right: Node }
    | { type: 'choice'; chosen: Node; test: Node; otherwise?: Node }
  );

export interface Args {
  /** The values, of those with a name too. */
  values: Node[];
  /** Those of them that are given by a name. */
  named?: ReadonlyMap<string, Node>;
  /** From the opening to the closing bracket; nothing where there are none. */
  at?: At;
}

/** Without the brackets around it. */
export function bare(node: Node): Node {
  return node.type === 'group' ? bare(node.inner) : node;
}

export function childrenOf(node: Node): Node[] {
  switch (node.type) {
    case 'literal':
    case 'name':
      return [];
    case 'group':
      return [node.inner];
    case 'list':
      return node.items;
    case 'attribute':
      return [node.object];
    case 'index':
      return [node.object, node.index];
    case 'slice':
      return [node.object, ...node.parts];
    case 'call':
      return [node.callee, ...node.args.values];
    case 'filter':
    case 'test':
      return [node.operand, ...node.args.values];
    case 'unary':
    case 'not':
      return [node.operand];
    case 'comparison':
      return [node.first, ...node.rest.map(({ right }) => right)];
    case 'choice':
      return [node.chosen, node.test, ...(node.otherwise ? [node.otherwise] : [])];
    default:
      return [node.left, node.right];
  }
}

/** The steps of a name with attributes, texts and numbers in brackets, `.get('text')`, `attr('text')`; nothing for others. */
export function pathOf(node: Node): string[] | undefined {
  switch (node.type) {
    case 'group':
      return pathOf(node.inner);
    case 'name':
      return [node.name];
    case 'attribute':
      return pathOf(node.object)?.concat(node.name);
    case 'index': {
      const index = bare(node.index);
      if (index.type !== 'literal' || !['string', 'number'].includes(typeof index.value)) return undefined;
      return pathOf(node.object)?.concat(String(index.value));
    }
    case 'call': {
      const [key] = node.args.values.map(bare);
      const isGet = node.callee.type === 'attribute' && node.callee.name === 'get';
      if (!isGet || key?.type !== 'literal' || typeof key.value !== 'string') return undefined;
      return pathOf((node.callee as { object: Node }).object)?.concat(key.value);
    }
    case 'filter': {
      const [name] = node.args.values.map(bare);
      if (node.name !== 'attr' || name?.type !== 'literal' || typeof name.value !== 'string') return undefined;
      return pathOf(node.operand)?.concat(name.value);
    }
    default:
      return undefined;
  }
}
