import { expect, test } from '@jest/globals';
import { isR4Type, mandatoryProperties, rootProperties } from './root-elements.js';

test.each([
  ['Patient', 'birthDate', ['birthDate']],
  ['Patient', 'id', ['id']],
  ['Patient', 'deceased', ['deceasedBoolean', 'deceasedDateTime']],
  ['Patient', 'deceased[x]', ['deceasedBoolean', 'deceasedDateTime']],
  ['Patient', 'deceasedBoolean', ['deceasedBoolean']],
  ['Patient', 'code', undefined],
  ['Patient', 'name.family', undefined],
  ['Patients', 'id', undefined],
  ['constructor', 'id', undefined],
])('the properties of %s.%s are %j', (type, name, properties) => {
  expect(rootProperties(type, name)).toEqual(properties);
});

test('mandatory elements are told with all names that they have in JSON', () => {
  expect(mandatoryProperties('Observation')).toEqual(['status', 'code']);
  expect(mandatoryProperties('Patient')).toEqual([]);
  expect(mandatoryProperties('MedicationRequest')).toEqual([
    'status',
    'intent',
    'medicationCodeableConcept',
    'medicationReference',
    'subject',
  ]);
});

test('the types of R4 are known', () => {
  expect(['Patient', 'VisionPrescription', 'Bundle'].every(isR4Type)).toBe(true);
  expect(['DomainResource', 'NutritionIntake', 'toString'].some(isR4Type)).toBe(false);
});
