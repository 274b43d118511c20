import { didYouMean } from '@millrace/fhir';
import type { ElementFault, Parameter } from '@millrace/fhir';
import type { LibraryParameter } from './library.js';

/** Types of parameters that have a value in SQL. */
const BINDABLE: ReadonlySet<string> = new Set([
  'string',
  'code',
  'integer',
  'integer64',
  'decimal',
  'boolean',
  'date',
  'dateTime',
  'time',
  'instant',
]);

/**
 * Whether values fit the parameters of a query: by name, each once, with the `value[x]` of the declared type.
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html
 *
 * @returns faults with expressions such as `parameter[0].valueString`
 */
export function bindingFaults(
  declared: readonly LibraryParameter[],
  values: readonly Parameter[],
): readonly ElementFault[] {
  const faults: ElementFault[] = [];
  const bound = new Set<string>();
  for (const [at, value] of values.entries()) {
    const expression = `parameter[${at}]`;
    const wanted = declared.find(({ name }) => name === value.name);
    if (wanted === undefined) {
      const given = JSON.stringify(value.name.slice(0, 100));
      faults.push({
        expression,
        diagnostics: `${given} is not a parameter of the query${hintFor(value.name, declared)}`,
      });
      continue;
    }
    if (bound.has(value.name)) faults.push({ expression, diagnostics: `${value.name} is bound twice` });
    bound.add(value.name);
    const complaint = mismatch(value, wanted);
    if (complaint !== undefined) faults.push({ expression, diagnostics: complaint });
  }
  for (const { name, isRequired } of declared) {
    if (isRequired && !bound.has(name)) {
      faults.push({ expression: 'parameter', diagnostics: `the query needs a value for ${name}` });
    }
  }
  return faults;
}

function hintFor(name: string, declared: readonly LibraryParameter[]): string {
  if (declared.length === 0) return ', which has none';
  const names = declared.map((one) => one.name);
  const nearest = didYouMean(name, names);
  return nearest === '' ? `; expected one of ${names.join(', ')}` : nearest;
}

function mismatch(value: Parameter, { name, type }: LibraryParameter): string | undefined {
  if (!BINDABLE.has(type)) return `${name} has the type ${type}, for which SQL has no value`;
  const element = `value${type.charAt(0).toUpperCase()}${type.slice(1)}`;
  const present = Object.keys(value).filter(
    (key) => key.startsWith('value') || key === 'resource' || key === 'part',
  );
  if (present.length !== 1 || present[0] !== element) {
    const found = present.length === 0 ? 'no value' : present.join(' and ');
    return `${name} has ${found}; expected ${element}, because it is declared as ${type}`;
  }
  const given = value[element as `value${string}`];
  const isFit =
    type === 'boolean'
      ? typeof given === 'boolean'
      : type === 'integer'
        ? Number.isInteger(given)
        : type === 'decimal'
          ? typeof given === 'number'
          : type === 'integer64'
            ? Number.isInteger(given) || (typeof given === 'string' && /^-?\d{1,19}$/.test(given))
            : typeof given === 'string';
  return isFit ? undefined : `${name} is not a FHIR ${type}`;
}
