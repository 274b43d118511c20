import { isPrimitive, mayBePrimitive, typeOf, unknownType } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { ElementKey, Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';
import type { Scope } from './scope.js';

export function self(scope: Scope): Expression {
  return { kind: 'this', type: scope.self };
}

/** The element `name` of each item. */
export function field(input: Expression, name: string, model: FhirModel): Expression {
  if (isMemberOfPrimitives(name)) return memberOfAny(input, name, model);
  const { choices } = input.type;
  const type = choices.length > 0 ? childOfChoices(choices, name, model) : childOf(input.type, name, model);
  if (type === undefined) return { kind: 'none', type: unknownType };
  const keys =
    type.choices.length > 0
      ? type.choices.map((choice) => elementKey(name + choice, model.choiceType(choice)))
      : [elementKey(name, type)];
  return { kind: 'field', input, keys, type };
}

/** The elements of primitives besides their value: in JSON they stand in the companion. */
export function isMemberOfPrimitives(name: string): name is 'id' | 'extension' {
  return name === 'id' || name === 'extension';
}

/** An element that primitives have too, but in their companion, where nothing has a companion of its own. */
function memberOfAny(input: Expression, name: 'id' | 'extension', model: FhirModel): Expression {
  const isOpen = mayBePrimitive(input.type);
  const isKnown = input.type.choices.length > 0;
  const type =
    isKnown || (isOpen && name === 'extension') ? typesOfMembers[name] : model.child(input.type, name);
  const key = isOpen ? { name, companion: undefined } : elementKey(name, type);
  return { kind: 'field', input, keys: [key], type };
}

const typesOfMembers = { id: typeOf('id'), extension: typeOf('Extension') };

function elementKey(name: string, type: ElementType): ElementKey {
  return { name, companion: mayBePrimitive(type) ? `_${name}` : undefined };
}

/** Undefined for a primitive, which has no other members. */
function childOf(parent: ElementType, name: string, model: FhirModel): ElementType | undefined {
  return isPrimitive(parent) ? undefined : model.child(parent, name);
}

/** The element of those choices that have it; unknown when none has. */
function childOfChoices(choices: readonly string[], name: string, model: FhirModel): ElementType {
  const found = new Map<string, ElementType>();
  for (const choice of choices) {
    const child = childOf(model.choiceType(choice), name, model);
    if (child !== undefined && child !== unknownType) found.set(JSON.stringify(child), child);
  }
  const [first = unknownType, ...others] = found.values();
  if (others.length > 0) throw new OutsideIr(`${name} of several types`);
  return first;
}

/**
 * A type name at the start of a path: all that the path is applied to, or nothing of it.
 *
 * @throws OutsideIr when the data decides
 */
export function startOf(name: string, scope: Scope): Expression {
  const { isTop, model } = scope;
  const { code } = scope.self;
  if (!isTop || code === undefined) throw new OutsideIr(`the type name ${name}`);
  if (model.isKindOf(code, name)) return self(scope);
  if (model.isKindOf(name, code)) throw new OutsideIr(`the type name ${name}`);
  return { kind: 'none', type: typeOf(name) };
}

/** `ofType` and `as`: those items that are of a type or of one derived from it. */
export function narrow(input: Expression, typeName: string, model: FhirModel): Expression {
  const code = typeName.replace(/^FHIR\./, '');
  if (!model.isType(code)) throw new OutsideIr(`type ${typeName}`);
  const known = input.type.code;
  if (input.kind === 'field' && input.type.choices.length > 0) return narrowChoice(input, code, model);
  if (known === undefined || known.startsWith('Backbone')) throw new OutsideIr(`type ${typeName}`);
  if (model.isKindOf(known, code)) return input;
  if (!model.isKindOf(code, known)) return { kind: 'none', type: typeOf(code) };
  // A resource names its own type, and none that this is derived from, such as DomainResource.
  if (!model.isResource(code) || hasDerived(code, model)) throw new OutsideIr(`type ${typeName}`);
  return { kind: 'ofResourceType', input, resource: code, type: typeOf(code) };
}

function hasDerived(code: string, model: FhirModel): boolean {
  return [...model.types].some((type) => type !== code && model.isKindOf(type, code));
}

function narrowChoice(
  input: Extract<Expression, { kind: 'field' }>,
  code: string,
  model: FhirModel,
): Expression {
  const { choices } = input.type;
  const chosen = new Set(model.choicesOf(choices, code));
  const keys = input.keys.filter((_, index) => chosen.has(choices[index] ?? ''));
  if (keys.length === 0) return { kind: 'none', type: typeOf(code) };
  return { ...input, keys, type: typeOf(code) };
}
