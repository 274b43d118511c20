import { describe, expect, test } from '@jest/globals';
import { compileView } from '../compile-view.js';
import { evaluateOnFhirpath } from '../testing/evaluate-on-fhirpath.js';

const coding = [{ code: 'a', userSelected: false }, { code: 'b', userSelected: true }, { code: 'c' }];

test('fhirpath.js evaluates a path on a number', () => {
  const select = [
    { forEach: 'value', column: ['$this + 1', 'end.first()'].map((path, at) => ({ name: `c${at}`, path })) },
  ];
  const view = compileView({ resource: 'Observation', select }, { engine: 'fhirpath' });
  const rows: unknown[] = [];
  view.evaluate({ resourceType: 'Observation', valueInteger: -1 }, (row) => rows.push([...row]));
  expect(rows).toEqual([[0, null]]);
});

test.each([
  ['value.value', { valueInteger: 5 }, []],
  ['value.value', { valueQuantity: { value: 5 } }, [5]],
  ['value.id', { valueInteger: 5, _valueInteger: { id: 'x' } }, ['x']],
  ['value.children().count()', { valueInteger: 5 }, [0]],
])('fhirpath.js finds members of objects only: %s of %j', (path, elements, expected) => {
  expect(evaluateOnFhirpath(path, elements)).toEqual(expected);
});

describe('fhirpath.js', () => {
  test('takes an element that holds false for false', () => {
    expect(evaluateOnFhirpath('code.coding.where(userSelected).code', { code: { coding } })).toEqual(['b']);
    expect(
      evaluateOnFhirpath('code.coding.exists(userSelected)', { code: { coding: coding.slice(0, 1) } }),
    ).toEqual([false]);
    expect(evaluateOnFhirpath('code.coding.exists(userSelected)', { code: { coding } })).toEqual([true]);
  });

  test('takes a condition that calculates, and the position of an item', () => {
    expect(evaluateOnFhirpath("code.coding.where(code = 'a').code", { code: { coding } })).toEqual(['a']);
    expect(evaluateOnFhirpath('code.coding.where($index > 0).code', { code: { coding } })).toEqual([
      'b',
      'c',
    ]);
    expect(evaluateOnFhirpath('code.coding.exists()', { code: { coding } })).toEqual([true]);
  });

  test.each([
    ['code.coding.skip(-1).code | {}', ['a', 'b', 'c']],
    ["('a' | 'b').skip(-1)", ['a', 'b']],
    ["('a' | 'b').skip(1)", ['b']],
    ['code.coding.code.take(-1)', []],
    ['code.coding.code.take(2)', ['a', 'b']],
    ['code.coding.code.take(9)', ['a', 'b', 'c']],
  ])('counts items from the first: %s', (path, expected) => {
    expect(evaluateOnFhirpath(path, { code: { coding } })).toEqual(expected);
  });

  test.each([
    ["iif(status, 'some', 'none')", 'some'],
    ["iif(value, 'some', 'none')", 'none'],
    ["iif(effective, 'some', 'none')", 'some'],
    ["iif(issued, 'some', 'none')", 'none'],
    ["status.iif($this, 'some', 'none')", 'some'],
    ["issued.iif($this, 'some')", undefined],
    ["iif(code.text, 'some')", undefined],
    ['code.coding.all(code)', true],
    ['code.coding.all(userSelected)', false],
    ['category.all(text)', true],
  ])('takes an item that is no boolean for true: %s', (path, expected) => {
    const elements = { status: 'final', effectiveDateTime: '2020', _issued: { id: 'x' } };
    expect(evaluateOnFhirpath(path, { ...elements, code: { coding }, valueBoolean: false })).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  test('refuses several values where iif() and all() take one', () => {
    const category = [{ text: 'a', coding }];
    expect(() => evaluateOnFhirpath("iif(category.coding.code, 'a', 'b')", { category })).toThrow(
      'several values',
    );
    expect(() => evaluateOnFhirpath('category.all(coding.code)', { category })).toThrow('several values');
  });

  test('evaluates the branch of iif() that is taken only', () => {
    const path = 'iif(status, status, (1 | 2).single().toString())';
    expect(evaluateOnFhirpath(path, { status: 'final' })).toEqual(['final']);
  });

  test('refuses a condition with several values', () => {
    const category = [{ coding }];
    expect(() => evaluateOnFhirpath('category.where(coding.userSelected)', { category })).toThrow(
      'several values',
    );
  });
});
