import { calculatedText, calculation } from './generate-calculation.js';
import { isPrimitive } from './element-model.js';
import {
  besideValue,
  condition,
  literalOf,
  pathToObjects,
  pathToPrimitives,
  pathToValue,
} from './generate-path.js';
import type { PathScope } from './generate-path.js';

/** The path of a column, and whether it may yield several values. */
export interface GeneratedColumn {
  readonly path: string;
  readonly collection: boolean;
  /** FHIR type of its values, where it is that of an element. */
  readonly type?: string;
}

/** A column of any kind. Most have one value at most, because several are a fault of the whole line. */
export function generateColumn(scope: PathScope): GeneratedColumn {
  const { random } = scope;
  if (isPrimitive(scope.type)) return ofPrimitive(scope);
  const value = pathToValue(scope) ?? { text: "'none'", type: 'string' };
  const roll = random.below(44);
  if (roll < 4) return { path: value.text, collection: true, type: value.type };
  if (roll < 10) {
    return { ...single(`${value.text}.${random.pick(['first()', 'first()', 'last()'])}`), type: value.type };
  }
  if (roll < 12) return { ...single(value.text), type: value.type };
  if (roll < 14) return single(condition(scope));
  if (roll < 15) return single(`${(pathToObjects(scope) ?? value).text}.count()`);
  if (roll < 16) return single('%rowIndex');
  if (roll < 17) return keyColumn(scope);
  if (roll < 18) return joined(scope);
  if (roll < 19) return chosen(scope);
  if (roll < 20) return single(random.pick(["'a'", '\'"x", y\'', '1.10', 'true', '42', '{}']));
  if (roll < 21) return constantColumn(scope, value.text);
  if (roll < 22) return projected(scope);
  if (roll < 24) return { path: `${value.text}.${besideValue(random)}`, collection: true };
  if (roll < 26) return single(`${value.text}.${random.pick(['count()', 'exists()', 'empty()'])}`);
  if (roll < 30) return ofSeveralPrimitives(scope);
  return single(calculation(scope));
}

/** Functions on primitives that repeat: nulls and companions decide how many there are. */
function ofSeveralPrimitives(scope: PathScope): GeneratedColumn {
  const { random } = scope;
  const found = pathToPrimitives(scope);
  if (found === undefined) return single('{}');
  const use = random.pick([
    '',
    '.count()',
    '[1]',
    '.tail()',
    '.last()',
    '.skip(1).first()',
    '.where($this.exists())',
    ".exists($this = 'a')",
    ".all($this != 'a')",
    '.select($this.toString())',
    ".join('-')",
    `.select($this.${besideValue(random)})`,
    `[1].${besideValue(random)}`,
  ]);
  return { path: found.text + use, collection: true };
}

/** A column of a select that iterates over primitives. */
function ofPrimitive(scope: PathScope): GeneratedColumn {
  const { random, type } = scope;
  return random.pick<() => GeneratedColumn>([
    () => ({ ...single('$this'), type }),
    () => single(`$this.${random.pick(['exists()', 'empty()', 'toString()'])}`),
    // Without `$this`, `id` is the name of a type that the item may have.
    () => ({ path: `$this.${besideValue(random)}`, collection: true }),
    () => single(`$this ${random.pick(['=', '!='])} ${literalOf(type, scope)}`),
    () => single('%rowIndex'),
  ])();
}

function single(path: string): GeneratedColumn {
  return { path, collection: false };
}

function keyColumn(scope: PathScope): GeneratedColumn {
  const { random } = scope;
  const reference = random.chance(60) ? pathToValue(scope, ['Reference']) : undefined;
  if (reference === undefined) return single('%resource.getResourceKey()');
  const target = random.pick(['', 'Patient', 'Practitioner']);
  return { path: `${reference.text}.getReferenceKey(${target})`, collection: random.chance(70) };
}

function joined(scope: PathScope): GeneratedColumn {
  const texts = pathToValue(scope, ['string', 'code', 'uri']);
  if (texts === undefined) return single('{}');
  const separator = scope.random.pick(['', "','", "' '", "'\\n'", "'\"'", "'ü'"]);
  const isComputed = scope.dialect === 'loose' && scope.random.chance(20);
  return single(`${texts.text}.join(${isComputed ? calculatedText(scope) : separator})`);
}

function chosen(scope: PathScope): GeneratedColumn {
  const type = scope.random.pick(['string', 'code', 'integer', 'boolean']);
  const value = pathToValue(scope, [type]);
  const other = scope.random.chance(60) ? `, ${literalOf(type, scope)}` : '';
  return single(`iif(${condition(scope)}, ${value?.text ?? literalOf(type, scope)}${other})`);
}

function constantColumn({ constants, random }: PathScope, value: string): GeneratedColumn {
  const name = [...constants.values()][random.below(constants.size)];
  return name === undefined ? { path: value, collection: true } : single(`%${name}`);
}

function projected(scope: PathScope): GeneratedColumn {
  const objects = pathToObjects(scope);
  const value = objects && pathToValue({ ...scope, type: objects.type });
  if (objects === undefined || value === undefined) return single('id');
  return { path: `${objects.text}.select(${value.text})`, collection: true };
}
