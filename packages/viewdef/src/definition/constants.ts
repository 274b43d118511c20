import { NumberText } from '../cell.js';
import type { ViewIssue } from '../errors.js';
import { withoutLeadingZeros } from '../syntax/syntax.js';
import type { LiteralCode, Syntax } from '../syntax/syntax.js';
import { temporalFault } from '../syntax/temporal-fault.js';
import { limits } from './limits.js';
import { root } from './read-definition.js';
import type { Constant } from './view-definition.js';

export type Literal = Extract<Syntax, { readonly kind: 'literal' }>;
export type Constants = ReadonlyMap<string, Literal>;

/** Names that have a meaning of their own behind `%`. */
export const reservedNames: ReadonlySet<string> = new Set([
  'rowIndex',
  'resource',
  'rootResource',
  'context',
]);

/** The constants of a view as literals of FHIRPath, and the issues of faulty ones. */
export function readConstants(constants: readonly Constant[]): {
  readonly constants: Constants;
  /** Values in place of the faulty constants, so that the paths that use them are not reported too. */
  readonly standIns: Constants;
  readonly issues: readonly ViewIssue[];
} {
  const read = new Map<string, Literal>();
  const standIns = new Map<string, Literal>();
  const issues: ViewIssue[] = [];
  for (const [index, constant] of constants.entries()) {
    const outcome = read.has(constant.name)
      ? `repeats the name "${constant.name}"`
      : reservedNames.has(constant.name)
        ? `must not be named "${constant.name}", which has a meaning of its own`
        : readConstant(constant);
    const expression = `${root}.constant[${String(index)}]`;
    if (typeof outcome === 'string') {
      issues.push({ kind: 'constant', expression, diagnostics: outcome });
      standIns.set(constant.name, { kind: 'literal', code: 'string', text: '' });
      continue;
    }
    read.set(constant.name, outcome.literal);
    if (outcome.fault !== undefined) issues.push({ kind: 'moment', expression, diagnostics: outcome.fault });
  }
  return { constants: read, standIns, issues };
}

/** `fault` is that of a date or time which is written like one and cannot be. */
interface ReadConstant {
  readonly literal: Literal;
  readonly fault: string | undefined;
}

function readConstant(constant: Constant): ReadConstant | string {
  const values = Object.keys(constant).filter((key) => key.startsWith('value'));
  const [key] = values;
  if (key === undefined || values.length > 1)
    return `must have exactly one value[x], but has ${String(values.length)}`;
  const form = forms[key];
  if (form === undefined) return unknownValue(key);
  const text = textOf(constant[key], form);
  if (text !== undefined && text.length > limits.constantLength) {
    return `has a ${key} of ${String(text.length)} characters; expected at most ${String(limits.constantLength)}`;
  }
  if (text === undefined || !form.pattern.test(text)) return `has a ${key} that is not a valid ${form.code}`;
  const fault = form.faultOf?.(text);
  return {
    literal: { kind: 'literal', code: form.code, text: isNumber(form) ? withoutLeadingZeros(text) : text },
    fault: fault === undefined ? undefined : `has the ${key} ${text}, which cannot be: ${fault}`,
  };
}

function unknownValue(key: string): string {
  const inOtherCase = Object.keys(forms).find((known) => known.toLowerCase() === key.toLowerCase());
  const hint =
    inOtherCase === undefined
      ? 'a constant has the value of a primitive type, such as valueString'
      : `did you mean "${inOtherCase}"?`;
  return `has the unknown element "${key.slice(0, 100)}"; ${hint}`;
}

interface Form {
  readonly code: LiteralCode;
  readonly json: readonly ('string' | 'number' | 'boolean')[];
  readonly pattern: RegExp;
  /** Why there is no such value. */
  readonly faultOf?: (text: string) => string | undefined;
}

function isNumber({ code }: Form): boolean {
  return code === 'integer' || code === 'decimal';
}

function textOf(value: unknown, form: Form): string | undefined {
  if (value instanceof NumberText) return form.json.includes('number') ? value.text : undefined;
  const fits = form.json.some((type) => typeof value === type);
  return fits ? String(value) : undefined;
}

const date = String.raw`\d{4}(?:-\d\d(?:-\d\d)?)?`;
const timeOfDay = String.raw`\d\d:\d\d(?::\d\d(?:\.\d+)?)?`;
const zone = String.raw`(?:Z|[+-]\d\d:\d\d)`;
const dateTimeFault = (value: string): string | undefined => temporalFault('dateTime', value);
const text: Form = { code: 'string', json: ['string'], pattern: /^[^]+$/ };
const integer: Form = { code: 'integer', json: ['number'], pattern: /^-?\d+$/ };
const dateTime: Form = {
  code: 'dateTime',
  json: ['string'],
  pattern: new RegExp(`^${date}(?:T${timeOfDay}${zone}?)?$`),
  faultOf: dateTimeFault,
};

const forms: Readonly<Record<string, Form | undefined>> = {
  valueBase64Binary: text,
  valueBoolean: { code: 'boolean', json: ['boolean'], pattern: /^(?:true|false)$/ },
  valueCanonical: text,
  valueCode: text,
  valueDate: { code: 'date', json: ['string'], pattern: new RegExp(`^${date}$`), faultOf: dateTimeFault },
  valueDateTime: dateTime,
  valueDecimal: {
    code: 'decimal',
    json: ['number', 'string'],
    pattern: /^-?\d{1,400}(?:\.\d{1,400})?(?:[eE][+-]?\d{1,3})?$/,
  },
  valueId: text,
  valueInstant: dateTime,
  valueInteger: integer,
  valueInteger64: { ...integer, json: ['string', 'number'] },
  valueOid: text,
  valueString: text,
  valuePositiveInt: integer,
  valueTime: {
    code: 'time',
    json: ['string'],
    pattern: new RegExp(`^${timeOfDay}$`),
    faultOf: (value) => temporalFault('time', value),
  },
  valueUnsignedInt: integer,
  valueUri: text,
  valueUrl: text,
  valueUuid: text,
};
