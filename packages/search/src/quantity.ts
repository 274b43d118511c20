import { condition, fault, type Condition } from './condition.js';
import { decimalRange, type DecimalRange } from './decimal-range.js';
import { allOf, literal } from './fhirpath-text.js';
import { splitPrefix, type Prefix } from './prefix.js';
import { splitAt, unescaped } from './read-search.js';

/** `5.4|http://unitsofmeasure.org|mg`, `5.4||mg` or `5.4` */
interface Unit {
  readonly system: string;
  readonly code: string;
}

/**
 * A number, or a quantity in the unit of the value: units are not converted. A Range is the numbers from its low to its high.
 *
 * @see https://hl7.org/fhir/R4/search.html#quantity
 */
export function quantityCondition(element: string, value: string, isNumber: boolean): Condition {
  const [numberText = '', system = '', code = '', ...others] = splitAt('|', value).map(unescaped);
  const { prefix, rest } = splitPrefix(numberText);
  const range = decimalRange(rest);
  if (range === undefined || others.length > 0 || (isNumber && system + code !== '')) {
    return fault(
      isNumber ? 'is not a number' : 'is not written as number, number|system|code or number||code',
    );
  }
  const unit = { system, code };
  switch (element) {
    case 'decimal':
    case 'integer':
      return condition(compared('$this', prefix, range));
    case 'Range':
      return condition(rangeCondition(prefix, range, unit));
    case 'Money':
      return moneyCondition(compared('value', prefix, range), unit);
    default:
      return condition(allOf([bracketed(compared('value', prefix, range)), ...unitConditions('', unit)]));
  }
}

const CURRENCIES = 'urn:iso:std:iso:4217';

function moneyCondition(amount: string, { system, code }: Unit): Condition {
  if (system !== '' && system !== CURRENCIES) return condition('false');
  return condition(allOf([bracketed(amount), ...(code === '' ? [] : [`currency = ${literal(code)}`])]));
}

function unitConditions(of: string, { system, code }: Unit): readonly string[] {
  if (system !== '') {
    return [`${of}system = ${literal(system)}`, ...(code === '' ? [] : [`${of}code = ${literal(code)}`])];
  }
  return code === '' ? [] : [`(${of}code = ${literal(code)} or ${of}unit = ${literal(code)})`];
}

function compared(path: string, prefix: Prefix, { value, from, to, low, high }: DecimalRange): string {
  switch (prefix) {
    case 'eq':
      return `${path} >= ${from} and ${path} < ${to}`;
    case 'ne':
      return `${path} < ${from} or ${path} >= ${to}`;
    case 'gt':
    case 'sa':
      return `${path} > ${value}`;
    case 'lt':
    case 'eb':
      return `${path} < ${value}`;
    case 'ge':
      return `${path} >= ${value}`;
    case 'le':
      return `${path} <= ${value}`;
    case 'ap':
      return `${path} >= ${low} and ${path} <= ${high}`;
    default:
      return prefix satisfies never;
  }
}

function rangeCondition(prefix: Prefix, { value, from, to, low, high }: DecimalRange, unit: Unit): string {
  const units = ['low', 'high'].flatMap((side) => {
    const conditions = unitConditions(`${side}.`, unit);
    return conditions.length === 0 ? [] : [`(${side}.empty() or ${allOf(conditions)})`];
  });
  const above = `(high.empty() or high.value > ${value})`;
  const below = `(low.empty() or low.value < ${value})`;
  return allOf([`(low.exists() or high.exists())`, bracketed(ofRange()), ...units]);

  function ofRange(): string {
    switch (prefix) {
      case 'eq':
        return `low.value >= ${from} and high.value < ${to}`;
      case 'ne':
        return `low.empty() or high.empty() or low.value < ${from} or high.value >= ${to}`;
      case 'gt':
        return above;
      case 'lt':
        return below;
      case 'ge':
        return `${above} or low.value >= ${value}`;
      case 'le':
        return `${below} or high.value <= ${value}`;
      case 'sa':
        return `low.value > ${value}`;
      case 'eb':
        return `high.value < ${value}`;
      case 'ap':
        return `(high.empty() or high.value >= ${low}) and (low.empty() or low.value <= ${high})`;
      default:
        return prefix satisfies never;
    }
  }
}

function bracketed(text: string): string {
  return text.includes(' or ') ? `(${text})` : text;
}
