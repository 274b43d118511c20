import { caselessLength } from '@millrace/fhir';
import { NODE_NO_ARRAY } from '../program-format.js';
import type { ScanProgram } from '../program.js';
import { childrenOf, createPlace, nodesOf } from './key-trie.js';
import { translateFilter } from './translate-filter.js';
import type { FilterPlan } from './translate-filter.js';

/** Translates the choice of the lines that are copied: the resources of a type that pass a filter. */
export function translateCopy(resourceType: string, filter: FilterPlan): ScanProgram {
  const keys: string[] = [];
  const keyNumber = (key: string): number => {
    const known = keys.indexOf(key);
    return known === -1 ? keys.push(key) - 1 : known;
  };
  const root = createPlace();
  childrenOf([root], 'resourceType', NODE_NO_ARRAY);
  const translated = translateFilter(filter, { self: [root], resource: root, keyNumber });
  const { bases } = filter;
  return {
    resource: resourceType,
    keys,
    nodes: nodesOf(root, keyNumber),
    views: [],
    bases: bases === 'any' ? bases : bases.map((text) => ({ text, caseless: caselessLength(text) })),
    filter: { ...translated, root: 0 },
  };
}
