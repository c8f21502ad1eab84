// Reads a whole template: the expressions in its blocks, and the names that it gives to things itself.
import { ExpressionParser } from './expression-parser.ts';
import { NotUnderstood, type Segment, segmentsOf, tokensOf } from './lexer.ts';
import { bare, type Node } from './syntax.ts';

export interface Block {
  segment: Segment;
  /** What is printed. */
  printed?: Node;
  /** About whose truth a tag asks, or what a loop goes over: the engine complains where it is missing. */
  asked: Node[];
  /** The other expressions of a tag. */
  others: Node[];
  /** Filters that a tag names without a value: `{% filter upper %}`. */
  filters: string[];
  keyword?: string;
}

export interface Parsed {
  source: string;
  blocks: Block[];
  /** Variables, variables of loops, macros and their parameters. */
  locals: ReadonlySet<string>;
  /** One expression and nothing else, which is a condition. */
  condition?: Node;
}

/** @throws NotUnderstood */
export function parseTemplate(source: string): Parsed {
  const locals = new Set<string>();
  const blocks = segmentsOf(source).map((segment) => parseBlock(segment, locals));
  return { source, blocks, locals };
}

/**
 * One expression, with or without braces around it.
 * @throws NotUnderstood
 */
export function parseCondition(source: string): Parsed & { condition: Node } {
  if (source.trimStart().startsWith('{{')) {
    const parsed = parseTemplate(source);
    const isBlank = ({ segment }: Block) =>
      segment.type === 'text' && source.slice(segment.start, segment.end).trim() === '';
    const [only, ...others] = parsed.blocks.filter((block) => !isBlank(block));
    if (!only?.printed || others.length > 0) throw new NotUnderstood();
    return { ...parsed, condition: only.printed };
  }
  const parser = new ExpressionParser(tokensOf(source));
  const condition = parser.expression();
  parser.expectEnd();
  return { source, blocks: [], locals: new Set(), condition };
}

function parseBlock(segment: Segment, locals: Set<string>): Block {
  const block: Block = { segment, asked: [], others: [], filters: [] };
  const parser = new ExpressionParser(segment.tokens);
  if (segment.type === 'text') return block;
  if (segment.type === 'print') {
    block.printed = parser.expression();
  } else {
    block.keyword = parser.name().text;
    parseTag(parser, block, locals);
  }
  parser.expectEnd();
  return block;
}

function parseTag(parser: ExpressionParser, block: Block, locals: Set<string>): void {
  switch (block.keyword) {
    case 'if':
    case 'elif':
      block.asked.push(parser.expression());
      return;
    case 'for':
      addTargets(parser, locals);
      parser.expect('in');
      block.asked.push(parser.withoutChoice());
      if (parser.skip('if')) block.asked.push(parser.expression());
      parser.skip('recursive');
      return;
    case 'set':
      parseSet(parser, block, locals);
      return;
    case 'with':
      while (!parser.isAtEnd) {
        addTargets(parser, locals);
        parser.expect('=');
        block.others.push(parser.expression());
        if (!parser.isAtEnd) parser.expect(',');
      }
      return;
    case 'macro':
      locals.add(parser.name().text);
      parseParameters(parser, block, locals);
      return;
    case 'call':
      if (parser.peek() === '(') parseParameters(parser, block, locals);
      block.others.push(parser.expression());
      return;
    case 'filter':
      parseFilters(parser, block);
      return;
    case 'do':
    case 'autoescape':
      block.others.push(parser.expression());
      return;
    case 'block':
      parser.name();
      return;
    case 'else':
      return;
    default:
      if (!block.keyword?.startsWith('end')) throw new NotUnderstood();
      if (!parser.isAtEnd) parser.name();
  }
}

function parseSet(parser: ExpressionParser, block: Block, locals: Set<string>): void {
  if (parser.peek(1) === '.') {
    // A name within a namespace.
    block.others.push(parser.value());
  } else {
    addTargets(parser, locals);
  }
  if (parser.skip('=')) block.others.push(parser.expression());
  else if (parser.skip('|')) parseFilters(parser, block);
}

function parseFilters(parser: ExpressionParser, block: Block): void {
  do {
    block.filters.push(parser.name().text);
    if (parser.peek() === '(') block.others.push(...parser.args().values);
  } while (parser.skip('|'));
}

function addTargets(parser: ExpressionParser, locals: Set<string>): void {
  do {
    if (parser.skip('(')) {
      addTargets(parser, locals);
      parser.expect(')');
    } else if (parser.peek() !== 'in' && parser.peek() !== '=' && parser.peek() !== ')') {
      locals.add(parser.name().text);
    }
  } while (parser.skip(','));
}

function parseParameters(parser: ExpressionParser, block: Block, locals: Set<string>): void {
  parser.expect('(');
  while (!parser.skip(')')) {
    locals.add(parser.name().text);
    if (parser.skip('=')) block.others.push(parser.expression());
    if (parser.peek() !== ')') parser.expect(',');
  }
}

/** Every expression of a template, each with whether the engine itself complains where it is missing. */
export function expressionsOf({ blocks, condition }: Parsed): { node: Node; isAsked: boolean }[] {
  if (condition) return [{ node: bare(condition), isAsked: false }];
  return blocks.flatMap(({ printed, asked, others }) => [
    ...(printed ? [{ node: printed, isAsked: true }] : []),
    ...asked.map((node) => ({ node, isAsked: true })),
    ...others.map((node) => ({ node, isAsked: false })),
  ]);
}
