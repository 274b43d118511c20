import { domainOf, typeOf } from '../model/element-type.js';
import type { ElementType } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Conversion, Expression } from './expression.js';
import { OutsideIr } from './outside-ir.js';

/** @throws OutsideIr for what may be a quantity, which has a text of its own */
export function lowerToString(input: Expression, model: FhirModel): Expression {
  expectPlainData(input, 'toString()', ['Quantity'], model);
  return conversion(input, 'string');
}

/** @throws OutsideIr for what may or may not be a date: that is never an integer, but may look like one */
export function lowerToInteger(input: Expression, model: FhirModel): Expression {
  expectPlainData(input, 'toInteger()', ['date', 'dateTime', 'instant', 'time'], model);
  const domain = domainOf(input.type);
  return conversion(input, domain === 'moment' || domain === 'time' ? 'nothing' : 'integer');
}

function conversion(input: Expression, to: Conversion): Expression {
  return { kind: 'conversion', to, input, type: typeOf(to === 'string' ? 'string' : 'integer') };
}

/** A JSON scalar shows its conversion, and objects have none; other values need their type. */
function expectPlainData(input: Expression, call: string, others: readonly string[], model: FhirModel): void {
  const domain = domainOf(input.type);
  if (domain === 'other') throw new OutsideIr(`${call} of ${input.type.code ?? ''}`);
  if (domain !== 'unknown') return;
  const type = elementTypeOf(input);
  if (type === undefined || others.some((code) => model.choicesOf(type.choices, code).length > 0))
    throw new OutsideIr(`${call} of several types`);
}

/** The type of an expression that is navigation alone: the model knows all about it. */
function elementTypeOf(expression: Expression): ElementType | undefined {
  switch (expression.kind) {
    case 'field':
      return expression.type;
    case 'where':
    case 'at':
    case 'skip':
    case 'last':
      return elementTypeOf(expression.input);
    case 'select':
      return elementTypeOf(expression.projection);
    default:
      return undefined;
  }
}
