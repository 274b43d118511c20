import { expect, test } from '@jest/globals';
import { keptElements } from './kept-elements.js';

const ALWAYS = ['id', 'implicitRules', 'meta', 'modifierExtension', 'resourceType'];
const kept = (type: string, ...asked: readonly string[]): readonly string[] =>
  keptElements(type, asked)
    .filter((key) => !ALWAYS.includes(key) && !key.startsWith('_'))
    .sort();

test('what identifies a resource or changes its meaning is kept in any case', () => {
  expect(keptElements('Patient', ['name'])).toEqual(expect.arrayContaining(ALWAYS));
});

test('mandatory elements of the type are kept, and the companions of primitives', () => {
  expect(kept('Patient', 'birthDate')).toEqual(['birthDate']);
  expect(keptElements('Patient', ['birthDate'])).toContain('_birthDate');
  expect(kept('Encounter', 'period')).toEqual(['class', 'period', 'status']);
  expect(kept('NoSuchType', 'a')).toEqual(['a']);
});

test.each(['medication', 'medication[x]', 'status'])(
  'a mandatory element of several types is kept for %s',
  (asked) => {
    expect(kept('MedicationRequest', asked)).toEqual([
      'intent',
      'medicationCodeableConcept',
      'medicationReference',
      'status',
      'subject',
    ]);
  },
);

test('an element of several types is asked for by its name or by one of its keys', () => {
  expect(kept('Observation', 'value')).toEqual(expect.arrayContaining(['valueQuantity', 'valueString']));
  expect(kept('Observation', 'valueQuantity')).toEqual(['code', 'status', 'valueQuantity']);
  expect(kept('Patient', 'deceased[x]')).toEqual(['deceasedBoolean', 'deceasedDateTime']);
  expect(kept('MedicationRequest', 'status')).not.toContain('statusReason');
});
