import type { Random } from '../random.js';
import { elementsOf, isPrimitive } from './element-model.js';
import type { Element, Primitive } from './element-model.js';
import { numberLiteral, plainText } from './values.js';

/** `full` has only constructs that all engines agree on; `loose` has faults and unspecified ones too. */
export type Dialect = 'loose' | 'full';

/** A path and the type of its items. */
export interface TypedPath {
  readonly text: string;
  readonly type: string;
}

export interface PathScope {
  readonly dialect: Dialect;
  readonly random: Random;
  /** Type of the item that paths start at. */
  readonly type: string;
  /** Constants of the view: their names by type. */
  readonly constants: ReadonlyMap<string, string>;
}

/** A path to items with properties, for `forEach`. */
export function pathToObjects(scope: PathScope): TypedPath | undefined {
  return walk(scope, (type) => !isPrimitive(type), 1 + scope.random.below(3));
}

/** A path to values of one of the wanted types, or of any primitive type. */
export function pathToValue(scope: PathScope, wanted?: readonly string[]): TypedPath | undefined {
  const isWanted = (type: string): boolean =>
    wanted === undefined ? isPrimitive(type) : wanted.includes(type);
  for (let attempt = 0; attempt < 6; attempt += 1) {
    const found = walk(scope, isWanted, 4);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A path to primitives that repeat, each of which may lack its value. */
export function pathToPrimitives(scope: PathScope): TypedPath | undefined {
  for (let attempt = 0; attempt < 12; attempt += 1) {
    const found = walk(scope, (type, { many }) => many && isPrimitive(type), 3);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Steps until the type is a wanted one; objects may go on for a while. */
function walk(
  scope: PathScope,
  isWanted: (type: string, element: Element) => boolean,
  most: number,
): TypedPath | undefined {
  const { random } = scope;
  let { type } = scope;
  let text = '';
  for (let length = 0; length < most; length += 1) {
    const elements = elementsOf(type);
    const element = elements[random.below(elements.length)];
    if (element === undefined) return undefined;
    text += `${text === '' ? '' : '.'}${element.name}`;
    type = random.pick(element.types);
    // Of several items generated code takes those of the type where fhirpath.js refuses them; the first step has one.
    const narrowing = length === 0 && random.chance(20) ? 'as' : 'ofType';
    const isNarrowed = element.types.length > 1 && (isPrimitive(type) || !random.chance(10));
    if (isNarrowed) text += `.${narrowing}(${type})`;
    if (element.many || random.chance(6)) text += selection({ ...scope, type });
    if (isWanted(type, element) && (isPrimitive(type) || length + 1 === most || random.chance(40)))
      return { text, type };
    if (isPrimitive(type)) return undefined;
  }
  return undefined;
}

/** A step that may follow elements that repeat. */
function selection(scope: PathScope): string {
  const { random } = scope;
  switch (random.below(14)) {
    case 0:
    case 1:
    case 2:
    case 3:
      return '.first()';
    case 4:
      return `[${random.below(3)}]`;
    case 5:
      return '.last()';
    case 6:
      return '.tail()';
    case 7:
      return `.skip(${random.below(3)})`;
    case 8:
    case 9:
    case 10:
      return `.where(${isPrimitive(scope.type) ? conditionOnThis(scope) : condition(scope)})`;
    default:
      return '';
  }
}

/** A condition on the item that the scope is at. */
export function condition(scope: PathScope, depth = 0): string {
  const { random } = scope;
  const inner = (): string => condition(scope, depth + 1);
  const roll = random.below(depth > 1 ? 8 : 14);
  if (roll < 4) return equality(scope);
  if (roll < 6)
    return `${pathToValue(scope)?.text ?? '$this.id'}.${random.pick(['exists()', 'empty()', 'exists().not()'])}`;
  if (roll === 6) return order(scope);
  if (roll === 7) return typeTest(scope) ?? operand(scope, ['boolean'])?.text ?? 'false';
  if (roll < 12) return `(${inner()}) ${random.pick(['and', 'or', 'xor', 'implies'])} (${inner()})`;
  if (roll === 12) return `(${inner()}).not()`;
  const objects = pathToObjects(scope);
  if (objects === undefined) return 'true';
  const criteria = condition({ ...scope, type: objects.type }, depth + 1);
  return `${objects.text}.${random.pick(['exists', 'all'])}(${criteria})`;
}

/** Which type a choice element has, now and then. */
function typeTest({ random, type }: PathScope): string | undefined {
  const choices = elementsOf(type).filter(({ types }) => types.length > 1);
  const choice = choices[random.below(Math.max(1, choices.length))];
  if (choice === undefined || random.chance(50)) return undefined;
  return `${choice.name} is ${random.pick(choice.types)}`;
}

/** A condition on a primitive, which may have no value. */
function conditionOnThis(scope: PathScope): string {
  const { random, type } = scope;
  return random.pick<() => string>([
    () => `$this ${random.pick(['=', '!='])} ${literalOf(type, scope)}`,
    () => `$this.${random.pick(['exists()', 'empty()'])}`,
    () =>
      `${random.pick(['extension', '$this.id', "extension('urn:x')"])}.${random.pick(['exists()', 'empty()'])}`,
  ])();
}

/** Children of a primitive besides its value. */
export function besideValue(random: Random): string {
  return random.pick([
    'id',
    'extension.url',
    'extension.count()',
    "extension('urn:x').exists()",
    "extension('urn:x').value.ofType(code)",
    'extension.value.ofType(decimal)',
  ]);
}

function equality(scope: PathScope): string {
  const { random } = scope;
  const left = pathToValue(scope);
  if (left === undefined) return 'true';
  const operator = random.pick(['=', '=', '=', '!=']);
  if (random.chance(15)) return sameElements(scope, left.text);
  const other = random.chance(20) ? pathToValue(scope, [left.type]) : undefined;
  return `${left.text} ${operator} ${other?.text ?? literalOf(left.type, scope)}`;
}

const alikeSides: readonly (readonly [string, string])[] = [
  ['', ''],
  ['.first()', '.last()'],
  ['.first()', '.tail().first()'],
  ['[0]', '.where($this.exists()).first()'],
  ['', '.select($this)'],
];

/** The same elements on both sides, or two of them that may be alike. */
function sameElements(scope: PathScope, one: string): string {
  const { random } = scope;
  const text = (random.chance(70) ? pathToPrimitives(scope)?.text : undefined) ?? one;
  const [left, right] = alikeSides[random.below(alikeSides.length)] ?? ['', ''];
  return `${text}${left} ${random.pick(['=', '!='])} ${text}${right}`;
}

const orderedTypes = ['integer', 'decimal', 'date', 'dateTime', 'instant', 'time', 'string', 'code'];

/**
 * Several operands are a fault that the other side of an `and` may hide, and engines choose freely which side
 * to skip.
 */
function operand(scope: PathScope, wanted: readonly string[]): TypedPath | undefined {
  const found = pathToValue(scope, wanted);
  const isOne = scope.dialect === 'full' || scope.random.chance(70);
  return found && isOne ? { ...found, text: `${found.text}.first()` } : found;
}

function order(scope: PathScope): string {
  const { random } = scope;
  const left = operand(scope, orderedTypes);
  if (left === undefined) return 'false';
  return `${left.text} ${random.pick(['<', '<=', '>', '>='])} ${literalOf(left.type, scope)}`;
}

/** A literal that values of a type are compared with, or a constant in its place. */
export function literalOf(
  type: string,
  { random, constants }: Pick<PathScope, 'random' | 'constants'>,
): string {
  const constant = constants.get(type);
  if (constant !== undefined && random.chance(40)) return `%${constant}`;
  switch (type as Primitive) {
    case 'boolean':
      return random.pick(['true', 'false']);
    case 'integer':
    case 'decimal':
      return numberLiteral(random);
    case 'date':
      return `@${plainText('date', random)}`;
    case 'dateTime':
    case 'instant': {
      const text = plainText('dateTime', random);
      return `@${text.includes('T') ? text : `${text}T`}`;
    }
    case 'time':
      return `@T${plainText('time', random)}`;
    default:
      return quoted(plainText(type as 'string' | 'code' | 'id' | 'uri', random));
  }
}

/** A string literal of FHIRPath. */
export function quoted(text: string): string {
  const escapes: Readonly<Record<string, string>> = {
    '\\': '\\\\',
    "'": "\\'",
    '\n': '\\n',
    '\r': '\\r',
    '\t': '\\t',
  };
  const written = [...text].map((character) => {
    const isControl = character < ' ';
    return (
      escapes[character] ??
      (isControl ? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}` : character)
    );
  });
  return `'${written.join('')}'`;
}
