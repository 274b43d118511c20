import { expect, test } from '@jest/globals';
import type { Resource } from '@millrace/fhir';
import { bundleFaults, runResources } from './run-resources.js';

const patient = (id: string) => ({ resourceType: 'Patient', id });
const bundle = (...entry: readonly unknown[]) => ({ resourceType: 'Bundle', entry });

test('a Bundle stands for its entries, one level deep, in their order', () => {
  const given = [
    patient('a'),
    bundle({ resource: patient('b') }, {}, { resource: patient('c') }),
    patient('d'),
  ];
  const { resources, passedOver } = runResources(given, 'Patient');
  expect(resources.map((resource) => resource['id'])).toEqual(['a', 'b', 'c', 'd']);
  expect(passedOver).toBe(0);
});

test('whatever is not of the type of the view is counted', () => {
  const given = [
    { resourceType: 'Observation' },
    bundle(
      { resource: bundle({ resource: patient('deep') }) },
      { resource: 'text' },
      { resource: { id: 'x' } },
    ),
    { resourceType: 'Bundle', entry: 'none' },
  ];
  expect(runResources(given, 'Patient')).toEqual({ resources: [], passedOver: 4 });
});

test('an entry that is no object is counted, and one without a resource is not', () => {
  const entry = [null, 5, [], { resource: null }, {}, { request: { method: 'DELETE' } }];
  expect(runResources([bundle(...entry)], 'Patient')).toEqual({
    resources: [],
    passedOver: 4,
  });
});

test('a Bundle whose entries are no list is a fault', () => {
  const given: readonly Resource[] = [
    { resourceType: 'Bundle' },
    bundle(),
    { resourceType: 'Bundle', entry: {} },
    { resourceType: 'Bundle', entry: null },
    { resourceType: 'Patient', entry: 1 },
  ];
  const faults = bundleFaults(
    given.map((value, at) => ({
      name: 'resource',
      expression: `resource[${at}]`,
      value: { type: 'Resource', value },
      parts: [],
    })),
  );
  expect(faults.map(({ expression }) => expression)).toEqual(['resource[2].entry', 'resource[3].entry']);
});
