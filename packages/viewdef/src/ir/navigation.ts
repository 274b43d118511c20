import { isPrimitive, typeOf, unknownType } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';
import type { Scope } from './scope.js';

export function self(scope: Scope): Expression {
  return { kind: 'this', type: scope.self };
}

/** The element `name` of each item. */
export function field(input: Expression, name: string, model: FhirModel): Expression {
  const { choices } = input.type;
  const type = choices.length > 0 ? childOfChoices(choices, name, model) : childOf(input.type, name, model);
  if (type === undefined) return { kind: 'none', type: unknownType };
  const keys = type.choices.length > 0 ? type.choices.map((choice) => name + choice) : [name];
  return { kind: 'field', input, keys, type };
}

/** Undefined for a primitive, which has no members but its id and its extensions. */
function childOf(parent: ElementType, name: string, model: FhirModel): ElementType | undefined {
  if (!isPrimitive(parent)) return model.child(parent, name);
  // They are in the sibling property `_name`.
  if (name === 'id' || name === 'extension') throw new OutsideIr(`${name} of a primitive`);
  return undefined;
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
  if (!model.isResource(code)) throw new OutsideIr(`type ${typeName}`);
  return { kind: 'ofResourceType', input, resource: code, type: typeOf(code) };
}

function narrowChoice(
  input: Extract<Expression, { kind: 'field' }>,
  code: string,
  model: FhirModel,
): Expression {
  const { choices } = input.type;
  const chosen = new Set(model.choicesOf(choices, code));
  const keys = input.keys.filter((_key, index) => chosen.has(choices[index] ?? ''));
  if (keys.length === 0) return { kind: 'none', type: typeOf(code) };
  return { ...input, keys, type: typeOf(code) };
}
