import { expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import type { FhirVersion } from '../compiled-view.js';

const contained = [
  { resourceType: 'Patient', id: 'p', birthDate: '2020' },
  { resourceType: 'Observation', id: 'o', status: 'final' },
  { resourceType: 'ValueSet', id: 'v', url: 'http://a' },
  { resourceType: 'Binary', id: 'b' },
];

test.each<[string, readonly Cell[], FhirVersion]>([
  ['contained.ofType(DomainResource).id', ['p', 'o', 'v'], 'R4'],
  ['contained.ofType(DomainResource).id', ['p', 'o', 'v'], 'R5'],
  ['contained.ofType(Resource).id', ['p', 'o', 'v', 'b'], 'R4'],
  ['contained.ofType(Patient).birthDate', ['2020'], 'R4'],
  ['contained.where($this is DomainResource).id', ['p', 'o', 'v'], 'R4'],
  ['contained.first().as(DomainResource).id', ['p'], 'R4'],
])('%s finds resources of the types that are derived from it: %j in %s', (path, expected, fhirVersion) => {
  for (const engine of ['auto', 'fhirpath'] as const) {
    const column = [{ name: 'a', path, collection: true }];
    const view = compileView({ resource: 'Basic', select: [{ column }] }, { engine, fhirVersion });
    const rows: Cell[][] = [];
    view.evaluate({ resourceType: 'Basic', contained }, (row) => rows.push([...row]));
    expect(rows).toEqual([[expected]]);
  }
});
