import { expect, test } from '@jest/globals';
import { runResources } from './run-resources.js';

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
