import { describe, expect, test } from '@jest/globals';
import { COLUMN, judge, viewOf } from './testing/judge.js';

describe('a type that can never be there is refused', () => {
  test.each([
    [
      'Observation',
      'value.ofType(Patient)',
      'asks ofType(Patient) of Quantity, CodeableConcept, string, boolean, integer or 6 more, which is never true',
    ],
    ['Patient', 'birthDate.ofType(string)', 'asks ofType(string) of date, which is never true'],
    ['Patient', '(birthDate as dateTime)', 'asks as(dateTime) of date, which is never true'],
    ['Patient', 'birthDate is dateTime', 'asks is(dateTime) of date, which is never true'],
    ['Patient', 'name.is(Address)', 'asks is(Address) of HumanName, which is never true'],
    ['Patient', 'contained.ofType(HumanName)', 'asks ofType(HumanName) of Resource, which is never true'],
    ['Patient', 'Location.address.city', 'starts with the type Location, but is applied to Patient'],
    [
      'Patient',
      "name.where(HumanName.use = 'usual').family",
      'names the type HumanName in an argument, where it matches nothing; leave it out',
    ],
    ['Patient', 'name.getReferenceKey()', 'calls getReferenceKey() on HumanName; expected a Reference'],
    ['Patient', 'name.getResourceKey()', 'calls getResourceKey() on HumanName; expected a resource'],
  ])('%s: %s', (resource, path, reason) => {
    expect(judge(viewOf(resource, path)).refused).toEqual([
      { kind: 'type', expression: `${COLUMN}.path`, diagnostics: `"${path}" ${reason}` },
    ]);
  });

  test.each(['Resource', 'DomainResource'])('of a view of %s, which no resource is', (resource) => {
    expect(judge(viewOf(resource, 'id')).refused).toEqual([
      {
        kind: 'type',
        expression: 'ViewDefinition.resource',
        diagnostics: `is "${resource}", which is abstract: no resource has this type`,
      },
    ]);
  });

  test('and an unknown resource type, with the nearest name', () => {
    expect(judge(viewOf('Patiant', 'id')).refused[0]?.diagnostics).toContain('did you mean "Patient"?');
  });
});

describe('operands that never fit are refused', () => {
  test.each([
    [
      'Patient',
      "birthDate > '2001-01-01'",
      'compares date with string by ">", which never compare; write @2001-01-01',
    ],
    [
      'Patient',
      "birthDate = '2001-01-01'",
      'compares date with string by "=", which never compare; write @2001-01-01',
    ],
    [
      'Patient',
      "'2001-01-01' != birthDate",
      'compares string with date by "!=", which never compare; write @2001-01-01',
    ],
    ['Patient', "active = 'true'", 'compares boolean with string by "=", which never compare; write true'],
    ['Patient', 'gender = 1', `compares code with integer by "=", which never compare; write '1'`],
    [
      'Patient',
      "multipleBirth.ofType(integer) > '2'",
      'compares integer with string by ">", which never compare; write 2',
    ],
    ['Patient', "name = 'John'", 'compares HumanName with string by "=", which never compare'],
    ['Patient', "maritalStatus ~ 'M'", 'compares CodeableConcept with string by "~", which never compare'],
    ['Patient', 'name > name', 'compares HumanName with HumanName by ">", which never compare'],
    [
      'Patient',
      "name.exists(period.start in ('2001' | '2002'))",
      'compares dateTime with string by "in", which never compare',
    ],
    [
      'Patient',
      'name.family = {}',
      'compares with {} by "=", which never gives true or false; write empty() or exists()',
    ],
    ['Observation', 'value = @2001', undefined],
    [
      'Patient',
      'birthDate + 1',
      'applies "+" to date and integer, which never works; write the unit, as in "+ 1 year"',
    ],
    [
      'Patient',
      "active + 'x'",
      'applies "+" to boolean and string, which never works; text is joined by "&"',
    ],
    ['Patient', "active & 'x'", 'joins boolean by "&", which takes text; write toString() after it'],
    ['Patient', "name & 'x'", 'joins HumanName by "&", which takes text'],
    ['Patient', "name.join(',')", 'calls join() on HumanName; expected text, dates or times'],
    [
      'Patient',
      'multipleBirth.ofType(integer).upper()',
      'calls upper() on integer; expected text, dates or times; write toString() before it',
    ],
    ['Patient', "gender.substring('a')", 'calls substring() with string; expected numbers'],
    ['Patient', 'gender.abs()', 'calls abs() on code; expected numbers or quantities'],
    [
      'Patient',
      'name.toString()',
      'calls toString() on HumanName; expected text, numbers, booleans, dates, times or quantities',
    ],
    [
      'Observation',
      'valueQuantity.lowBoundary()',
      'calls lowBoundary() on Quantity; expected numbers, dates or times; write value before it',
    ],
    ['Patient', "name['family']", 'takes text as an index; expected an integer'],
  ])('%s: %s', (resource, path, reason) => {
    const wanted =
      reason === undefined
        ? []
        : [{ kind: 'type', expression: `${COLUMN}.path`, diagnostics: `"${path}" ${reason}` }];
    expect(judge(viewOf(resource, path)).refused).toEqual(wanted);
  });

  test('also where the other side is a constant', () => {
    const view = {
      ...viewOf('Patient', 'birthDate > %from'),
      constant: [{ name: 'from', valueString: '2001-01-01' }],
    };
    expect(judge(view).refused).toHaveLength(1);
    const right = {
      ...viewOf('Patient', 'birthDate > %from'),
      constant: [{ name: 'from', valueDate: '2001-01-01' }],
    };
    expect(judge(right).refused).toEqual([]);
  });

  test('and so is a condition of the view that is no boolean', () => {
    const view = { ...viewOf('Patient', 'id'), where: [{ path: 'name.family | name.given' }] };
    expect(judge(view).refused).toEqual([
      {
        kind: 'type',
        expression: 'ViewDefinition.where[0].path',
        diagnostics: '"name.family | name.given" yields string; expected boolean',
      },
    ]);
  });
});
