import { parseReference } from '@millrace/fhir';
import { condition, fault, type Condition } from './condition.js';
import { literal } from './fhirpath-text.js';
import { unescaped } from './read-search.js';
import { uriCondition } from './uri.js';

const ID = /^[A-Za-z0-9.-]{1,64}$/;

/**
 * A Reference whose key is that of the value, which is `id`, `Type/id` or an absolute URL. References are compared by type and
 * id, as in filters; behind another base than that of the source they are to resources of somebody else.
 *
 * @param type that the parameter or its modifier demands
 * @see https://hl7.org/fhir/R4/search.html#reference
 */
export function referenceCondition(element: string, value: string, type: string | undefined): Condition {
  const text = unescaped(value);
  if (element !== 'Reference') return uriCondition(element, value, undefined);
  if (ID.test(text)) return condition(keyIs(text, type));
  const reference = parseReference(text);
  if (reference === undefined) return fault('is not written as id, Type/id or a URL');
  if (reference.base !== undefined) return condition(`reference = ${literal(text)}`);
  if (type !== undefined && reference.type !== type) return condition('false');
  return condition(keyIs(reference.id, reference.type));
}

function keyIs(id: string, type = ''): string {
  return `getReferenceKey(${type}) = ${literal(id)}`;
}
