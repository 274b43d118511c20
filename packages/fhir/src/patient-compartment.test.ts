import { describe, expect, test } from '@jest/globals';
import { patientLinkOf } from './patient-compartment.js';

describe('a resource belongs to a patient', () => {
  test('by its own id when it is one', () => {
    expect(patientLinkOf('Patient')).toEqual({ kind: 'id' });
  });

  test.each([
    ['Observation', [['subject'], ['performer']]],
    ['Appointment', [['participant', 'actor']]],
    ['CarePlan', [['subject'], ['activity', 'detail', 'performer']]],
  ])('by references when it is of type %s', (type, paths) => {
    expect(patientLinkOf(type)).toEqual({ kind: 'references', paths });
  });

  test.each(['Task', 'Organization', 'Practitioner', 'Device', 'Location', 'toString'])(
    'never as %s',
    (type) => {
      expect(patientLinkOf(type)).toBeUndefined();
    },
  );
});
