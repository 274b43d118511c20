import { expect, test } from '@jest/globals';
import { compileView } from '../compile-view.js';

test.each([
  ['name.family', []],
  ['name.exists()', []],
  ['multipleBirth.exists()', []],
  ["extension('x').value.ofType(decimal)", ['valueDecimal']],
  ['multipleBirth.ofType(integer) > 1', ['multipleBirthInteger']],
  ['gender.toString()', ['gender']],
  ['name.given.select($this.toString())', ['given']],
  ["name.where(use.toInteger() = 1).family = 'a'", ['family', 'use']],
  ['name.family.exists().toString()', []],
  ['name', 'any'],
  ['multipleBirth', 'any'],
  ['name.given.toChars()', 'any'],
])('with the path %s looks for the text of numbers in %j', (path, keys) => {
  const view = compileView({
    resource: 'Patient',
    select: [{ column: [{ name: 'c', path, collection: true }] }],
  });
  expect(view.numberKeys).toEqual(keys);
});

test('looks for the text of numbers in all that a view sees when one of its columns converts an item', () => {
  const column = [
    { name: 'given', path: '$this' },
    { name: 'text', path: '$this.toString()' },
  ];
  const select = [{ forEach: 'name.given', column }, { column: [{ name: 'born', path: 'birthDate' }] }];
  expect(compileView({ resource: 'Patient', select }).numberKeys).toEqual(['birthDate', 'given']);
});
