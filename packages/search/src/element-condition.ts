import type { Condition } from './condition.js';
import { fault } from './condition.js';
import { dateCondition } from './date.js';
import { quantityCondition } from './quantity.js';
import { referenceCondition } from './reference.js';
import type { SearchTarget, SearchType } from './search-parameter.js';
import { textCondition } from './text.js';
import { tokenCondition } from './token.js';
import { uriCondition } from './uri.js';

/** The modifiers of each type of parameter, beside `missing`. Those of `reference` are also the types of resources. */
export const MODIFIERS: Readonly<Record<SearchType, readonly string[]>> = {
  token: ['not'],
  reference: ['identifier'],
  date: [],
  string: ['exact', 'contains'],
  quantity: [],
  number: [],
  uri: ['below'],
};

/** The elements of a target that conditions are about: parts of the elements at its path. */
export function elementPath({ path, element }: SearchTarget, modifier: string | undefined): string {
  if (modifier === 'identifier') return `${path}.identifier`;
  switch (element) {
    case 'CodeableConcept':
      return `${path}.coding`;
    case 'HumanName':
      return `${path}.select(family | given | prefix | suffix | text)`;
    case 'Address':
      return `${path}.select(line | city | district | state | country | postalCode | text)`;
    default:
      return path;
  }
}

/** The condition on such an element that a value of a search is. */
export function elementCondition(
  type: SearchType,
  { element, target }: SearchTarget,
  modifier: string | undefined,
  value: string,
): Condition {
  switch (type) {
    case 'token':
      return tokenCondition(element, value);
    case 'reference':
      if (modifier === 'identifier') return tokenCondition('Identifier', value);
      if (target !== undefined && modifier !== undefined && target !== modifier) {
        return fault(`cannot be in a ${modifier}: the parameter refers to ${target}`);
      }
      return referenceCondition(element, value, target ?? modifier);
    case 'date':
      return dateCondition(element, value);
    case 'string':
      return textCondition(value, modifier === 'exact' || modifier === 'contains' ? modifier : undefined);
    case 'quantity':
    case 'number':
      return quantityCondition(element, value, type === 'number');
    case 'uri':
      return uriCondition(element, value, modifier === 'below' ? modifier : undefined);
    default:
      return type satisfies never;
  }
}
