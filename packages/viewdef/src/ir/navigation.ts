import { isPrimitive, typeOf, unknownType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';
import type { Scope } from './scope.js';

export function self(scope: Scope): Expression {
  return { kind: 'this', type: scope.self };
}

/** The element `name` of each item. */
export function field(input: Expression, name: string, model: FhirModel): Expression {
  if (input.type.choices.length > 0) throw new OutsideIr(`member ${name}`);
  if (isPrimitive(input.type)) {
    // The id and the extensions of a primitive are in the sibling property `_name`; it has no other members.
    if (name === 'id' || name === 'extension') throw new OutsideIr(`${name} of a primitive`);
    return { kind: 'none', type: unknownType };
  }
  const type = model.child(input.type, name);
  const keys = type.choices.length > 0 ? type.choices.map((choice) => name + choice) : [name];
  return { kind: 'field', input, keys, type };
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
