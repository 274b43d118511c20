import { createRequire } from 'node:module';
import { unescape } from './escapes.js';
import { parsePlain } from './parse-plain.js';
import { withoutLeadingZeros } from './syntax.js';
import type { LiteralCode, Syntax } from './syntax.js';

/**
 * The tree of `fhirpath.parse` in version 5.2.0. Its shape differs between versions of fhirpath.js;
 * no other file may know it.
 */
interface Node {
  readonly type: string;
  readonly text?: string;
  readonly delimitedText?: string;
  /** Of a quantity. */
  readonly value?: string;
  readonly unit?: string;
  readonly children?: readonly Node[];
}

const require = createRequire(import.meta.url);

/**
 * Parses a FHIRPath expression.
 *
 * @throws Error of fhirpath.js, naming line and column, when the text is not FHIRPath.
 */
export function parseFhirpath(text: string): Syntax {
  return parsePlain(text) ?? parseByGrammar(text);
}

/** Parses any expression. @throws what `parseFhirpath` throws */
export function parseByGrammar(text: string): Syntax {
  return convert(loadParser().parse(text));
}

let parser: { parse(text: string): Node } | undefined;

/** Only the parser: the whole of fhirpath.js takes twice as long to load, and most views never need it. */
function loadParser(): { parse(text: string): Node } {
  parser ??= require('fhirpath/src/parser/index.js') as { parse(text: string): Node };
  return parser;
}

function convert(node: Node): Syntax {
  const [first, second] = node.children ?? [];
  switch (node.type) {
    case 'EntireExpression':
    case 'TermExpression':
    case 'InvocationTerm':
    case 'LiteralTerm':
    case 'ParenthesizedTerm':
      return convert(required(first, node));
    case 'ThisInvocation':
      return { kind: 'this' };
    case 'NullLiteral':
      return { kind: 'empty' };
    case 'MemberInvocation':
    case 'FunctionInvocation':
      return invocation(undefined, node);
    case 'InvocationExpression':
      return invocation(convert(required(first, node)), required(second, node));
    case 'IndexerExpression':
      return {
        kind: 'indexer',
        input: convert(required(first, node)),
        index: convert(required(second, node)),
      };
    case 'ExternalConstantTerm':
      return { kind: 'constant', name: constantName(node) };
    case 'PolarityExpression':
      return {
        kind: 'sign',
        sign: node.text === '-' ? '-' : '+',
        operand: convert(required(first, node)),
      };
    case 'TypeExpression':
      return {
        kind: 'typed',
        operator: node.text === 'is' ? 'is' : 'as',
        operand: convert(required(first, node)),
        typeName: required(second, node).text ?? '',
      };
    default:
      return convertLiteral(node) ?? convertOperator(node) ?? other(node);
  }
}

function convertLiteral(node: Node): Syntax | undefined {
  const text = node.text ?? '';
  switch (node.type) {
    case 'BooleanLiteral':
      return literal('boolean', text);
    case 'StringLiteral':
      return literal('string', unescape(text.slice(1, -1)));
    case 'NumberLiteral':
      return literal(text.includes('.') ? 'decimal' : 'integer', withoutLeadingZeros(text));
    case 'DateLiteral':
      return literal('date', text.slice(1));
    case 'DateTimeLiteral':
      return literal('dateTime', text.slice(1).replace(/T$/, ''));
    case 'TimeLiteral':
      return literal('time', text.slice(2));
    case 'QuantityLiteral':
      return { kind: 'quantity', value: node.value ?? '', unit: node.unit ?? '' };
    default:
      return undefined;
  }
}

const operatorNodes: ReadonlySet<string> = new Set([
  'MultiplicativeExpression',
  'AdditiveExpression',
  'UnionExpression',
  'InequalityExpression',
  'EqualityExpression',
  'MembershipExpression',
  'AndExpression',
  'OrExpression',
  'ImpliesExpression',
]);

function convertOperator(node: Node): Syntax | undefined {
  if (!operatorNodes.has(node.type)) return undefined;
  const [left, right] = node.children ?? [];
  return {
    kind: 'operator',
    operator: node.text ?? '',
    left: convert(required(left, node)),
    right: convert(required(right, node)),
  };
}

/** Nodes that hold no expression of their own: names, units, type specifiers. */
const leafNodes: ReadonlySet<string> = new Set([
  'Identifier',
  'QualifiedIdentifier',
  'TypeSpecifier',
  'Quantity',
  'Unit',
]);

function other(node: Node): Syntax {
  const parts = (node.children ?? []).filter((child) => !leafNodes.has(child.type));
  return { kind: 'other', what: node.type, parts: parts.map(convert) };
}

function invocation(input: Syntax | undefined, node: Node): Syntax {
  const [first] = node.children ?? [];
  switch (node.type) {
    case 'MemberInvocation':
      return { kind: 'member', input, name: identifier(required(first, node)) };
    case 'FunctionInvocation':
      return call(input, required(first, node));
    default: {
      const applied = convert(node);
      return input === undefined ? applied : { kind: 'other', what: node.type, parts: [input, applied] };
    }
  }
}

function call(input: Syntax | undefined, functn: Node): Syntax {
  const name = unquote(functn.text ?? '');
  const children = functn.children ?? [];
  const list = children.find((child) => child.type === 'ParamList');
  // `sort` lists its arguments directly below the function.
  const args = list?.children ?? children.filter((child) => child.type === 'SortDirectionArgument');
  return { kind: 'call', input, name, args: args.map(convert) };
}

function constantName(node: Node): string {
  const text = node.text ?? node.delimitedText ?? '';
  return text.startsWith("'") ? unescape(text.slice(1, -1)) : unescape(text);
}

function identifier(node: Node): string {
  return unquote(node.text ?? '');
}

function unquote(name: string): string {
  return name.startsWith('`') && name.endsWith('`') ? unescape(name.slice(1, -1)) : name;
}

function literal(code: LiteralCode, text: string): Syntax {
  return { kind: 'literal', code, text };
}

function required(child: Node | undefined, parent: Node): Node {
  if (child === undefined) throw new Error(`unexpected ${parent.type} without operand`);
  return child;
}
