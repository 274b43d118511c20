import { describe, expect, test } from '@jest/globals';
import { chooseElements } from './choose-elements.js';

const TYPES = ['Patient', 'Observation'];
const chosen = (...values: readonly string[]) =>
  chooseElements(
    values.map((value) => ({ value, expression: '_elements' })),
    TYPES,
  );
const keptBy = (...values: readonly string[]) => TYPES.map(chosen(...values).ofType);
const ALWAYS = ['resourceType', 'id', 'meta'];

describe('the elements of an export', () => {
  test('are all without the parameter', () => {
    expect(TYPES.map(chooseElements(undefined, TYPES).ofType)).toEqual([undefined, undefined]);
  });

  test('are kept in each type that has them, with those that are mandatory there', () => {
    expect(keptBy('identifier', 'birthDate')).toEqual([
      [...ALWAYS, 'identifier', 'birthDate'],
      [...ALWAYS, 'status', 'code', 'identifier'],
    ]);
  });

  test('count for one type alone with its prefix, and leave others whole', () => {
    expect(keptBy('Patient.name')).toEqual([[...ALWAYS, 'name'], undefined]);
    expect(keptBy('Patient.name', 'id')).toEqual([
      [...ALWAYS, 'name'],
      [...ALWAYS, 'status', 'code'],
    ]);
  });

  test('stand for all types of a choice, or for the one that is named', () => {
    expect(keptBy('Patient.deceased')[0]).toEqual([...ALWAYS, 'deceasedBoolean', 'deceasedDateTime']);
    expect(keptBy('Patient.deceasedBoolean')[0]).toEqual([...ALWAYS, 'deceasedBoolean']);
  });

  test('are all where only unknown ones are asked for, because these are passed over', () => {
    expect(keptBy('name.family', 'Patient.nmae')).toEqual([undefined, undefined]);
    expect(keptBy('Patient.nmae', 'birthDate')[0]).toEqual([...ALWAYS, 'birthDate']);
  });

  test.each([
    ['nothing', 1],
    ['name.family', 1],
    ['Patient.code', 1],
    ['Nobody.id', 1],
    ['Patient.name', 0],
    ['birthDate', 0],
    ['Encounter.period', 0],
  ])('%s is passed over %d times', (element, times) => {
    expect(chosen(element).passable).toHaveLength(times);
  });
});
