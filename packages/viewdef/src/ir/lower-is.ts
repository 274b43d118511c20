import { domainOf, typeOf } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';

const boolean = typeOf('boolean');

/**
 * `is`, of a choice element or of `$this` where that is an object of a known type. It yields nothing for no item.
 *
 * @throws OutsideIr for all else: values have types of FHIR or of FHIRPath, by where they come from
 */
export function lowerIs(input: Expression, typeName: string, model: FhirModel): Expression {
  const code = typeName.replace(/^FHIR\./, '');
  if (!model.isType(code)) throw new OutsideIr(`is ${typeName}`);
  const known = input.type.code;
  if (input.kind === 'this' && known !== undefined && domainOf(input.type) === 'other') {
    if (isDecidedByData(known, code, model)) throw new OutsideIr(`is ${typeName}`);
    return literal(model.isKindOf(known, code));
  }
  if (input.kind === 'field' && input.type.choices.length > 0 && isOne(input.input))
    return isChoice(input, code, model);
  throw new OutsideIr(`is ${typeName}`);
}

/** A contained resource may be of any type; fhirpath.js names elements with elements of their own in its own way. */
function isDecidedByData(known: string, code: string, model: FhirModel): boolean {
  if (known === 'Element' || known.startsWith('Backbone')) return true;
  return model.isResource(known) && code !== known && model.isKindOf(code, known);
}

/** Whether the property of one of the right types is there, if any is. */
function isChoice(input: Extract<Expression, { kind: 'field' }>, code: string, model: FhirModel): Expression {
  const { choices } = input.type;
  const right = new Set(model.choicesOf(choices, code));
  const keys = input.keys.filter((_key, index) => right.has(choices[index] ?? ''));
  const isThere: Expression = { kind: 'exists', input, type: boolean };
  const isRight: Expression =
    keys.length === 0 ? literal(false) : { kind: 'exists', input: { ...input, keys }, type: boolean };
  const otherwise: Expression = {
    kind: 'conditional',
    condition: isThere,
    then: literal(false),
    otherwise: undefined,
    type: boolean,
  };
  return { kind: 'conditional', condition: isRight, then: literal(true), otherwise, type: boolean };
}

/** Choice elements do not repeat: one item has one at most. */
function isOne(expression: Expression): boolean {
  return expression.kind === 'this' || expression.kind === 'resource';
}

function literal(value: boolean): Expression {
  return { kind: 'literal', form: 'boolean', text: String(value), type: boolean };
}
