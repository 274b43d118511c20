import { domainOf, typeOf } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { ElementKey, Expression } from './expression.js';
import { lowerOperator } from './lower-operator.js';

/** The types of a domain that a choice element may have. */
const typesOf = { moment: ['date', 'dateTime', 'instant'], time: ['time'] } as const;

type Field = Extract<Expression, { kind: 'field' }>;

/**
 * A comparison of a choice element that no `ofType` has narrowed with a date or time, such as `effective > @2024`: the
 * property that is there says whether its value is one. Values of other types are not equal to any, and have no order.
 *
 * @returns undefined for other comparisons
 */
export function choiceComparison(
  operator: string,
  left: Expression,
  right: Expression,
  model: FhirModel,
): Expression | undefined {
  if (!operators.has(operator)) return undefined;
  const [isLeft, isRight] = [isChoice(left), isChoice(right)];
  if (isLeft === isRight) return undefined;
  const [choice, other] = isChoice(left) ? [left, right] : [right as Field, left];
  const domain = domainOf(other.type);
  if (domain !== 'moment' && domain !== 'time') return undefined;
  const { fitting, unfitting } = partsOf(choice, domain, model);
  if (fitting === undefined) return undefined;
  const compared = isLeft ? lowerOperator(operator, fitting, other) : lowerOperator(operator, other, fitting);
  if (unfitting === undefined) return compared;
  const type = compared.type;
  const [first, second] = isLeft ? [unfitting, other] : [other, unfitting];
  return {
    kind: 'conditional',
    condition: { kind: 'exists', input: unfitting, type },
    then:
      compared.kind === 'equal'
        ? unequal(other, compared.negated)
        : { kind: 'unordered', expected: domain, left: first, right: second, type },
    otherwise: compared,
    type,
  };
}

const operators: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/** A choice element of one item, so that one of its properties decides for all values. */
function isChoice(expression: Expression): expression is Field {
  if (expression.kind !== 'field' || expression.type.choices.length === 0) return false;
  const { kind } = expression.input;
  return kind === 'this' || kind === 'resource' || kind === 'at' || kind === 'last';
}

/** Reads of the properties whose values are of the domain, and of the others. */
function partsOf(
  choice: Field,
  domain: keyof typeof typesOf,
  model: FhirModel,
): { readonly fitting: Field | undefined; readonly unfitting: Field | undefined } {
  const { choices } = choice.type;
  const fits = new Set(typesOf[domain].flatMap((code) => model.choicesOf(choices, code)));
  const part = (isFitting: boolean): readonly ElementKey[] =>
    choice.keys.filter((_key, index) => fits.has(choices[index] ?? '') === isFitting);
  const [fitting, unfitting] = [part(true), part(false)];
  return {
    fitting:
      fitting.length === 0 ? undefined : { ...choice, keys: fitting, type: typeOf(typesOf[domain][0]) },
    unfitting: unfitting.length === 0 ? undefined : { ...choice, keys: unfitting },
  };
}

/** Whether a value of another type equals what may be empty. */
function unequal(other: Expression, negated: boolean): Expression {
  const type = typeOf('boolean');
  const answer: Expression = { kind: 'literal', form: 'boolean', text: String(negated), type };
  if (other.kind === 'literal') return answer;
  return {
    kind: 'conditional',
    condition: { kind: 'exists', input: other, type },
    then: answer,
    otherwise: undefined,
    type,
  };
}
