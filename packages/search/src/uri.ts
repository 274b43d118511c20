import { condition, fault, type Condition } from './condition.js';
import { literal } from './fhirpath-text.js';
import { unescaped } from './read-search.js';

/**
 * A uri that is equal; a canonical is it with any version if the value has none.
 *
 * @param modifier `below`: it begins with the value
 * @see https://hl7.org/fhir/R4/search.html#uri
 */
export function uriCondition(element: string, value: string, modifier: 'below' | undefined): Condition {
  const text = unescaped(value);
  if (text === '') return fault('is empty');
  if (modifier === 'below') return condition(`$this.startsWith(${literal(text)})`);
  const equal = `$this = ${literal(text)}`;
  const isOpen = element === 'canonical' && !text.includes('|');
  return condition(isOpen ? `${equal} or $this.startsWith(${literal(`${text}|`)})` : equal);
}
