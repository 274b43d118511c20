import { domainOf, typeOf } from '../model/element-type.js';
import type { FhirModel } from '../model/fhir-model.js';
import type { Expression } from './expression.js';
import { lowerOperator } from './lower-operator.js';
import { OutsideIr } from './outside-ir.js';

/** The types of a domain that a choice element may have. */
const typesOf = { moment: ['date', 'dateTime', 'instant'], time: ['time'] } as const;

/** Types whose values are strings in JSON, and equal to no text. */
const typesLikeText = [...typesOf.moment, ...typesOf.time, 'integer64'];

type Field = Extract<Expression, { kind: 'field' }>;

/**
 * A comparison of a choice element that no `ofType` has narrowed with a date or time, such as `effective > @2024`: the
 * property that is there says whether its value is one. Values of other types are not equal to any, and have no order. The
 * same for the equality with text.
 *
 * @returns undefined for other comparisons
 * @throws OutsideIr with numbers, when the element may be an integer64
 */
export function choiceComparison(
  operator: string,
  left: Expression,
  right: Expression,
  model: FhirModel,
): Expression | undefined {
  if (!operators.has(operator)) return undefined;
  const equality = openEquality(operator, left, right, model) ?? openEquality(operator, right, left, model);
  if (equality !== undefined) return equality;
  const [isLeft, isRight] = [isChoice(left), isChoice(right)];
  if (isLeft === isRight) return undefined;
  const [choice, other] = isChoice(left) ? [left, right] : [right as Field, left];
  const domain = domainOf(other.type);
  if (domain !== 'moment' && domain !== 'time') return undefined;
  const { fitting: values, unfitting } = partsOf(choice, typesOf[domain], model);
  if (values === undefined) return undefined;
  const fitting = { ...values, type: typeOf(typesOf[domain][0]) };
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

/**
 * The equality of what may be of several types, and of many items, with text: when one item is of a type whose strings are
 * no text, it is equal to none.
 */
function openEquality(
  operator: string,
  choice: Expression,
  other: Expression,
  model: FhirModel,
): Expression | undefined {
  if (choice.kind !== 'field' || choice.type.choices.length === 0) return undefined;
  const domain = domainOf(other.type);
  if (domain === 'number' && model.choicesOf(choice.type.choices, 'integer64').length > 0)
    throw new OutsideIr(`${operator} of integer64`);
  if (domain !== 'text' || (operator !== '=' && operator !== '!=')) return undefined;
  const { fitting: likeText, unfitting: rest } = partsOf(choice, typesLikeText, model);
  if (likeText === undefined || rest === undefined) return undefined;
  const compared = lowerOperator(operator, rest, other);
  return {
    kind: 'conditional',
    condition: { kind: 'exists', input: likeText, type: compared.type },
    then: unequal(other, operator === '!='),
    otherwise: compared,
    type: compared.type,
  };
}

const operators: ReadonlySet<string> = new Set(['=', '!=', '<', '<=', '>', '>=']);

/** A choice element of one item, so that one of its properties decides for all values. */
function isChoice(expression: Expression): expression is Field {
  if (expression.kind !== 'field' || expression.type.choices.length === 0) return false;
  const { kind } = expression.input;
  return kind === 'this' || kind === 'resource' || kind === 'at' || kind === 'last';
}

/** Reads of the properties whose values are of these types, and of the others. */
function partsOf(
  choice: Field,
  codes: readonly string[],
  model: FhirModel,
): { readonly fitting: Field | undefined; readonly unfitting: Field | undefined } {
  const { choices } = choice.type;
  const fits = new Set(codes.flatMap((code) => model.choicesOf(choices, code)));
  const part = (isFitting: boolean): Field | undefined => {
    const keys = choice.keys.filter((_key, index) => fits.has(choices[index] ?? '') === isFitting);
    return keys.length === 0 ? undefined : { ...choice, keys };
  };
  return { fitting: part(true), unfitting: part(false) };
}

/** Whether a value of another type equals a possibly empty expression. */
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
