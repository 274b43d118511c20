import { condition, fault, type Condition } from './condition.js';
import { allOf, literal } from './fhirpath-text.js';
import { splitAt, unescaped } from './read-search.js';

/** `code`, `system|code`, `|code` (without a system) or `system|`. https://hl7.org/fhir/R4/search.html#token */
interface Token {
  /** Undefined for any; empty for none. */
  readonly system: string | undefined;
  /** Undefined for any. */
  readonly code: string | undefined;
}

/** @param element type of the elements; of a CodeableConcept the codings are looked at */
export function tokenCondition(element: string, value: string): Condition {
  const token = readToken(value);
  if (token === undefined) return fault('is not written as code, system|code, |code or system|');
  switch (element) {
    case 'CodeableConcept':
    case 'Coding':
      return condition(systemAnd(token, 'code'));
    case 'Identifier':
      return condition(systemAnd(token, 'value'));
    case 'ContactPoint':
      return plain(token, (code) => condition(`value = ${literal(code)}`));
    case 'boolean':
      return plain(token, (code) =>
        isBoolean(code) ? condition(`$this = ${code}`) : fault('is neither true nor false'),
      );
    default:
      return plain(token, (code) => condition(`$this = ${literal(code)}`));
  }
}

export function isBoolean(text: string): boolean {
  return text === 'true' || text === 'false';
}

function readToken(value: string): Token | undefined {
  const [first = '', second, ...others] = splitAt('|', value).map(unescaped);
  if (others.length > 0) return undefined;
  if (second === undefined) return first === '' ? undefined : { system: undefined, code: first };
  if (first === '' && second === '') return undefined;
  return { system: first, code: second === '' ? undefined : second };
}

function systemAnd({ system, code }: Token, member: 'code' | 'value'): string {
  return allOf([
    ...(system === undefined ? [] : [system === '' ? 'system.empty()' : `system = ${literal(system)}`]),
    ...(code === undefined ? [] : [`${member} = ${literal(code)}`]),
  ]);
}

/** Elements without a system. */
function plain({ system, code }: Token, of: (code: string) => Condition): Condition {
  return system !== undefined || code === undefined
    ? fault('has a system, which the element has not')
    : of(code);
}
