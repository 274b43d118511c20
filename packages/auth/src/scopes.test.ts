import { describe, expect, test } from '@jest/globals';
import { mayRead, mayReadAll, narrowScopes, permits, readScopes } from './scopes.js';

describe('scopes', () => {
  test.each([
    ['system/Patient.rs', 'Patient', true],
    ['system/Patient.read', 'Patient', true],
    ['system/Patient.*', 'Patient', true],
    ['system/*.cruds', 'Patient', true],
    ['system/Patient.r system/Patient.s', 'Patient', true],
    ['system/Observation.rs', 'Patient', false],
    ['system/Patient.r', 'Patient', false],
    ['system/Patient.write', 'Patient', false],
    ['system/Patient.sr', 'Patient', false],
    ['system/Patient.rs?gender=male', 'Patient', false],
    ['user/*.rs patient/*.rs', 'Patient', false],
    ['system/patient.rs system/Patient.rsx system/Patient.', 'Patient', false],
    ['', 'Patient', false],
  ])('%j lets %s be exported: %s', (text, type, expected) => {
    expect(mayRead(readScopes(text), type)).toBe(expected);
  });

  test('only scopes of all types cover an export whose types are not known', () => {
    expect(mayReadAll(readScopes('system/*.read'))).toBe(true);
    expect(mayReadAll(readScopes('system/Patient.rs system/Observation.rs'))).toBe(false);
  });

  test('writing is allowed letter by letter', () => {
    const scopes = readScopes('system/ViewDefinition.cu');
    expect((['c', 'r', 'u', 'd', 's'] as const).map((one) => permits(scopes, 'ViewDefinition', one))).toEqual(
      [true, false, true, false, false],
    );
  });

  test.each([
    ['system/*.rs', 'system/*.cruds', 'system/*.rs'],
    ['system/Patient.read', 'system/*.rs', 'system/Patient.read'],
    ['system/*.rs', 'system/Patient.rs system/Group.rs', 'system/Patient.rs system/Group.rs'],
    ['system/*.cruds', 'system/*.rs', 'system/*.rs'],
    ['system/Patient.rs', 'system/Observation.rs', ''],
    ['operator system/Patient.rs', 'operator', 'operator'],
    ['operator', 'system/*.rs', ''],
    ['user/*.rs offline_access', 'system/*.rs', ''],
  ])('of %j a client with %j gets %j', (asked, registered, given) => {
    expect(narrowScopes(asked, readScopes(registered))).toBe(given);
  });
});
