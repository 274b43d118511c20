import type { BoundValue } from '../sql-engine.js';

/**
 * The SQL type that a value is bound with; the empty text where it takes the type of what it is compared with. Columns of FHIR
 * dates are text, because such a date may be partial, and texts of dates compare as dates do. Texts of moments do not, because
 * their offsets may differ: text beside a moment needs a cast.
 *
 * @returns undefined where the FHIR type has none
 */
export function boundType({ type, value }: BoundValue): string | undefined {
  return DATES.has(type) || (type === 'dateTime' && !isMoment(value)) ? '' : castType({ type, value });
}

/** The SQL type of a value whose place asks for none. */
export function castType({ type, value }: Pick<BoundValue, 'type' | 'value'>): string | undefined {
  switch (type) {
    case 'string':
    case 'code':
      return 'VARCHAR';
    case 'boolean':
      return 'BOOLEAN';
    case 'integer':
    case 'positiveInt':
    case 'unsignedInt':
      return 'INTEGER';
    case 'integer64':
      return 'BIGINT';
    case 'decimal':
      return decimalType(String(value ?? 0));
    case 'date':
      return 'DATE';
    case 'dateTime':
      return isMoment(value) ? 'TIMESTAMP WITH TIME ZONE' : 'TIMESTAMP';
    case 'instant':
      return 'TIMESTAMP WITH TIME ZONE';
    case 'time':
      return 'TIME';
    default:
      return undefined;
  }
}

const DATES: ReadonlySet<string> = new Set(['date', 'time']);

/** A date with a time has an offset in FHIR: https://hl7.org/fhir/R4/datatypes.html#dateTime */
function isMoment(value: BoundValue['value']): boolean {
  return typeof value === 'string' && /(?:Z|[+-]\d\d:\d\d)$/.test(value);
}

const MOST_DIGITS = 38;

/** All digits of the text, where a DECIMAL has room for them. */
function decimalType(text: string): string {
  const [, whole, fraction = ''] = /^-?0*(\d*)(?:\.(\d+))?$/.exec(text) ?? [];
  const digits = (whole ?? '').length + fraction.length;
  if (whole === undefined || digits > MOST_DIGITS) return 'DOUBLE';
  return `DECIMAL(${Math.max(digits, 1)},${fraction.length})`;
}
