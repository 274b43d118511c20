import { readsCompanion } from '../ir/elements.js';
import type { ElementKey, Expression } from '../ir/expression.js';
import { isPrimitive } from '../model/element-type.js';
import { noCompanion } from './emit-item.js';
import type { EmitItem } from './emit-item.js';
import { freshName, propertyOf, quote, valueReference } from './source-text.js';
import type { Module, SourceText } from './source-text.js';

type Field = Extract<Expression, { kind: 'field' }>;

/** Keys beyond this many are tried by a function. */
const mostInline = 3;

/** Statements that hand each item of an element to the sink: an array stands for its items, whatever the FHIR model says. */
export function generateField(
  field: Field,
  owner: SourceText,
  companion: SourceText,
  module: Module,
  sink: EmitItem,
): SourceText {
  const { keys, input } = field;
  const isTree = input.type.path !== undefined;
  const [first] = keys;
  if (first !== undefined && readsCompanion(field)) {
    const value = isPrimitive(input.type) ? 'null' : owner;
    return trees(`rt.memberOf(${value}, ${companion}, ${quote(first.name)})`, module, sink);
  }
  if (keys.every((key) => key.companion === undefined)) {
    return treesUnder(keys, owner, isTree, module, sink);
  }
  const isPlain = keys.length <= mostInline && keys.every((key) => key.companion !== undefined);
  return isPlain
    ? primitivesUnder(keys, owner, isTree, module, sink)
    : eitherUnder(keys, owner, module, sink);
}

/** Items of an element that is known not to be primitive: null means no item. */
function trees(found: SourceText, module: Module, sink: EmitItem): SourceText {
  const value = freshName(module, 'a');
  const isList = freshName(module, 'm');
  const index = freshName(module, 'i');
  const length = freshName(module, 'n');
  const element = freshName(module, 'e');
  return `const ${value} = ${found};
if (${value} !== undefined && ${value} !== null) {
const ${isList} = Array.isArray(${value});
for (let ${index} = 0, ${length} = ${isList} ? ${value}.length : 1; ${index} < ${length}; ${index}++) {
const ${element} = ${isList} ? ${value}[${index}] : ${value};
if (${element} !== null) { ${sink(element, noCompanion)} }
} }`;
}

function treesUnder(
  keys: readonly ElementKey[],
  owner: SourceText,
  isTree: boolean,
  module: Module,
  sink: EmitItem,
): SourceText {
  const [first, ...others] = keys.map(({ name }) => name);
  if (first === undefined) return '';
  if (others.length === 0) return trees(propertyOf(owner, first, isTree), module, sink);
  const names = valueReference(module, [first, ...others]);
  if (keys.length > mostInline) return trees(`rt.firstPresent(${owner}, ${names})`, module, sink);
  const found = freshName(module, 'c');
  const fallbacks = others.map(
    (key) => `if (${found} === undefined) ${found} = ${propertyOf(owner, key, isTree)};`,
  );
  return `let ${found} = ${propertyOf(owner, first, isTree)}; ${fallbacks.join(' ')}
${trees(found, module, sink)}`;
}

/**
 * Primitives and possible primitives: a companion without value is an item too, and so is null in an array.
 */
function primitivesUnder(
  keys: readonly ElementKey[],
  owner: SourceText,
  isTree: boolean,
  module: Module,
  sink: EmitItem,
): SourceText {
  const value = freshName(module, 'a');
  const beside = freshName(module, 'k');
  const read = ({ name, companion = '' }: ElementKey): SourceText =>
    `${value} = ${propertyOf(owner, name, isTree)}; ${beside} = ${propertyOf(owner, companion, isTree)};`;
  const [first = '', ...others] = keys.map(read);
  const fallbacks = others.map(
    (next) => `if (${value} === undefined && ${beside} === undefined) { ${next} }`,
  );
  return `let ${value}, ${beside}; ${first} ${fallbacks.join(' ')}
${primitives(value, beside, module, sink)}`;
}

function primitives(value: SourceText, beside: SourceText, module: Module, sink: EmitItem): SourceText {
  const isList = freshName(module, 'm');
  const index = freshName(module, 'i');
  const length = freshName(module, 'n');
  const element = freshName(module, 'e');
  return `const ${isList} = Array.isArray(${value});
const ${length} = ${beside} !== undefined ? rt.itemCount(${value}, ${beside}) : ${isList} ? ${value}.length : ${value} === undefined || ${value} === null ? 0 : 1;
for (let ${index} = 0; ${index} < ${length}; ${index}++) {
const ${element} = (${isList} ? ${value}[${index}] : ${index} === 0 ? ${value} : undefined) ?? null;
${sink(element, `rt.companionAt(${beside}, ${index})`)}
}`;
}

/** Under some of the keys stand primitives, under others trees. */
function eitherUnder(
  keys: readonly ElementKey[],
  owner: SourceText,
  module: Module,
  sink: EmitItem,
): SourceText {
  const [key, value, beside] = [freshName(module, 'y'), freshName(module, 'a'), freshName(module, 'k')];
  return `const ${key} = rt.presentKey(${owner}, ${valueReference(module, keys)});
if (${key} !== undefined) {
const ${value} = rt.ownProperty(${owner}, ${key}.name), ${beside} = rt.ownProperty(${owner}, ${key}.companion);
${primitives(value, beside, module, (item, companion) => `if (${item} !== null || ${key}.companion !== undefined) { ${sink(item, companion)} }`)}
}`;
}
