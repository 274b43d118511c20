import { describe, expect, test } from '@jest/globals';
import { conceptMapFaults, expansionFaults } from './terminology-faults.js';

const element = (more: object = {}) => ({
  code: 'a',
  target: [{ code: 'b', relationship: 'equivalent' }],
  ...more,
});
const target = (more: object) => element({ target: [{ code: 'b', relationship: 'equivalent', ...more }] });
const map = (group: unknown) => ({ resourceType: 'ConceptMap', group });
const ofElement = (one: object) => map([{ source: 'urn:s', element: [one] }]);

describe('a ConceptMap is a relation', () => {
  test.each([
    ['without groups', map(undefined)],
    ['with targets', ofElement(element())],
    ['with codes that are mapped to nothing', ofElement({ code: 'a', noMap: true })],
    ['with what is done about other codes', map([{ source: 'urn:s', unmapped: { mode: 'fixed' } }])],
  ])('%s', (_, resource) => {
    expect(conceptMapFaults(resource)).toEqual([]);
  });

  test.each([
    ['a group without a source', map([{ element: [] }]), 'group[0]', /no source/],
    ['a group that is null', map([null]), 'group[0]', /no source/],
    ['a value set as source', ofElement({ valueSet: 'urn:v' }), 'group[0].element[0]', /valueSet/],
    ['an element without a code', ofElement({ display: 'x' }), 'group[0].element[0]', /no code/],
    ['a value set as target', target({ valueSet: 'urn:v' }), 'group[0].element[0].target[0]', /valueSet/],
    ['a target without a code', target({ code: undefined }), 'group[0].element[0].target[0]', /no code/],
    ['a condition', target({ dependsOn: [] }), 'group[0].element[0].target[0]', /dependsOn/],
    ['a product', target({ product: [{}] }), 'group[0].element[0].target[0]', /product/],
    [
      'no relationship',
      target({ relationship: undefined }),
      'group[0].element[0].target[0]',
      /no relationship/,
    ],
    [
      'a map of R4',
      target({ relationship: undefined, equivalence: 'equal' }),
      'group[0].element[0].target[0]',
      /equivalence, as in R4/,
    ],
  ])('but not with %s', (_, resource, expression, why) => {
    const whole = 'resourceType' in resource ? resource : ofElement(resource);
    expect(conceptMapFaults(whole)).toEqual([{ expression, diagnostics: expect.stringMatching(why) }]);
  });

  test('of which no more than the first faults are told', () => {
    expect(conceptMapFaults(map(Array(1000).fill({})))).toHaveLength(5);
  });
});

describe('an expansion is the members of its ValueSet', () => {
  const valueSet = (expansion?: object) => ({ resourceType: 'ValueSet', expansion });
  const contains = [{ abstract: true, contains: [{ code: 'a' }, { code: 'b' }] }, { code: 'c' }];

  test.each([
    ['where there is no expansion', undefined],
    ['without a total', { contains }],
    ['with a total that counts entries at all depths', { contains, total: 4 }],
    ['from the offset 0', { contains, offset: 0 }],
    ['that is empty', { total: 0 }],
  ])('%s', (_, expansion) => {
    expect(expansionFaults(valueSet(expansion))).toEqual([]);
  });

  test.each([
    ['it is a later page', { contains, offset: 10 }],
    ['its total is above what it has', { contains, total: 5 }],
  ])('but not where %s', (_, expansion) => {
    expect(expansionFaults(valueSet(expansion))).toMatchObject([{ expression: 'expansion' }]);
  });
});
