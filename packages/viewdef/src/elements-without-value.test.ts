import { describe, expect, test } from '@jest/globals';
import { NumberText } from './cell.js';
import type { Cell, JsonValue } from './cell.js';
import { compileView } from './compile-view.js';
import type { EngineChoice } from './compiled-view.js';
import { ViewEvaluationError } from './errors.js';

type Resource = { readonly [element: string]: JsonValue };

const engines: readonly EngineChoice[] = ['codegen', 'fhirpath'];

const absent = { extension: [{ url: 'u', valueCode: 'unknown' }] };

const patient = {
  resourceType: 'Patient',
  id: 'p',
  _birthDate: { id: 'b', ...absent },
  _active: absent,
  gender: 'male',
  _gender: absent,
  name: [{ given: ['A', null, 'C'], _given: [null, absent, null], _family: absent, text: 'T' }],
  contact: [{ name: { family: 'T', _family: absent }, gender: 'male' }],
};

const observation = {
  resourceType: 'Observation',
  _valueString: absent,
  _effectiveDateTime: absent,
  component: [{ _valueInteger: absent }, { valueInteger: 3 }],
};

function rowsOf(select: object, resource: Resource, engine: EngineChoice): readonly Cell[][] {
  const view = compileView({ resource: resource['resourceType'], select: [select] }, { engine });
  const rows: Cell[][] = [];
  view.evaluate(resource, (row) => rows.push([...row]));
  return rows;
}

/** The items that a path yields. */
function itemsOf(path: string, resource: Resource, engine: EngineChoice): Cell | undefined {
  return rowsOf({ column: [{ name: 'items', path, collection: true }] }, resource, engine)[0]?.[0];
}

type Expected = readonly [path: string, items: readonly Cell[]];

const existence: readonly Expected[] = [
  ['birthDate', [null]],
  ['birthDate.exists()', [true]],
  ['birthDate.empty()', [false]],
  ['birthDate.count()', [1]],
  ['name.given.count()', [3]],
  ['name.given.exists()', [true]],
  ['birthDate.hasValue()', [false]],
  ['name.given.select(hasValue())', [true, false, true]],
  ['birthDate is date', [true]],
  ['birthDate.ofType(date)', [null]],
  ['birthDate.as(date)', [null]],
  ['birthDate.ofType(string)', []],
];

const selection: readonly Expected[] = [
  ['name.given', ['A', null, 'C']],
  ['name.given[1]', [null]],
  ['name.given[2]', ['C']],
  ['name.given[3]', []],
  ['name.given.first()', ['A']],
  ['name.given.tail()', [null, 'C']],
  ['name.given.tail().first()', [null]],
  ['name.given.skip(2)', ['C']],
  ['name.given.last()', ['C']],
  ['birthDate.first()', [null]],
  ['birthDate.last()', [null]],
  ['birthDate.single()', [null]],
  ['name.given.take(2)', ['A', null]],
  ["name.given.where($this = 'C')", ['C']],
  ["name.given.where($this != 'C')", ['A', null]],
  ['name.given.where($this.exists())', ['A', null, 'C']],
  ['name.given.where(extension.exists())', [null]],
  ['name.given.where($index = 1)', [null]],
  ['name.given.select($this)', ['A', null, 'C']],
  ["name.given.select($this & '.')", ['A.', '.', 'C.']],
  ['name.given.select(length())', [1, 1]],
  ['name.given.all(length() = 1)', [false]],
  ['name.given.all($this.exists())', [true]],
  ["name.given.exists($this = 'C')", [true]],
  ['name.given.distinct()', ['A', null, 'C']],
  ['name.given | name.family', ['A', null, 'C']],
];

const comparison: readonly Expected[] = [
  ['birthDate = @2000', [false]],
  ['birthDate != @2000', [true]],
  ['birthDate < @2000', []],
  ['birthDate >= @2000', []],
  ['birthDate = {}', []],
  ["name.family = 'T'", [false]],
  ['active = true', [false]],
  ['birthDate ~ @2000', [false]],
  ['birthDate in birthDate', [true]],
  ['name.given = name.given', [true]],
];

/** Elements are equal only with their ids and extensions. */
const elements: readonly Expected[] = [
  ['name.family = name.given[1]', [true]],
  ['name.given[1] = name.family', [true]],
  ['name.family = birthDate', [false]],
  ['gender = contact.gender', [false]],
  ['gender != contact.gender', [true]],
  ["gender = 'male'", [true]],
  ["gender = contact.gender.replace('', '')", [true]],
  ['name.text = contact.name.family', [false]],
  ['name.given.where($this = %resource.name.family)', [null]],
  ['contact.name.where(family = %resource.name.text).count()', [0]],
  ["iif(true, gender, 'male') = gender", [true]],
  ["iif(false, gender, 'male') = gender", [true]],
];

const logic: readonly Expected[] = [
  ['active', [null]],
  ['active.not()', []],
  ['active and true', []],
  ['active and false', [false]],
  ['active or true', [true]],
  ['active or false', []],
  ['active xor true', []],
  ['true xor active', []],
  ['active implies true', [true]],
  ['active implies false', []],
  ['false implies active', [true]],
  ['true implies active', []],
  ['iif(active, 1, 2)', [2]],
  ['iif(birthDate.exists(), birthDate, gender)', [null]],
  ['name.where(%resource.active).count()', [0]],
  ['name.all(%resource.active)', [false]],
];

const functions: readonly Expected[] = [
  ['name.family.upper()', []],
  ['name.family.lower()', []],
  ['name.family.trim()', []],
  ['name.family.length()', []],
  ["name.family.startsWith('a')", []],
  ["name.family.endsWith('a')", []],
  ["name.family.contains('a')", []],
  ["name.family.indexOf('a')", []],
  ['name.family.substring(0)', []],
  ["name.family.replace('a', 'b')", []],
  ["name.family + 'a'", []],
  ["name.family & 'a'", ['a']],
  ["'a' & name.family", ['a']],
  ["'abc'.startsWith(name.family)", []],
  ["'abc'.substring(1, name.family.length())", ['bc']],
  ["'abc'.replace(name.family, 'x')", []],
  ["name.given.join(',')", ['A,C']],
  ["name.family.join(',')", []],
  ['name.given.join(name.family)', ['AC']],
  ['birthDate.toString()', []],
  ['birthDate.toInteger()', []],
  ['birthDate.lowBoundary()', []],
  ['birthDate.highBoundary()', []],
  ["name.family.matches('a')", []],
  ['birthDate + 1 year', []],
];

const besides: readonly Expected[] = [
  ['birthDate.id', ['b']],
  ['birthDate.extension.url', ['u']],
  ["birthDate.extension('u').exists()", [true]],
  ["birthDate.extension('u').value", ['unknown']],
  ["birthDate.extension('v').exists()", [false]],
  ['gender.extension.value.ofType(code)', ['unknown']],
  ['name.given.extension.url', ['u']],
  ['name.given[1].extension.url', ['u']],
  ['name.given[0].extension.url', []],
  ['name.given.last().extension.url', []],
  ['name.given.tail().first().extension.url', ['u']],
  ['name.given.skip(1).extension.url', ['u']],
  ['iif(true, name.given, name.family).extension.url', ['u']],
  ['name.given.id', []],
  ['id.extension.url', []],
];

const choices: readonly Expected[] = [
  ['value', [null]],
  ['value.exists()', [true]],
  ['value.ofType(string)', [null]],
  ['value.ofType(Quantity)', []],
  ['effective.ofType(dateTime)', [null]],
  ['effective.ofType(dateTime).exists()', [true]],
  ['effective.ofType(Period).exists()', [false]],
  ['effectiveDateTime.exists()', [true]],
  ['effectiveDateTime.extension.value', ['unknown']],
  ['component.value', [null, 3]],
  ['component.value.ofType(integer)', [null, 3]],
  ['component.select(value.ofType(integer) + 1)', [4]],
  ['component.where(value.ofType(integer) > 1).count()', [1]],
  ['component.where(value.ofType(integer) = 3).count()', [1]],
  ['component.where(value.ofType(integer) != 3).count()', [1]],
  ['component.select(value.ofType(integer) mod 2)', [1]],
  ['component.select(value.ofType(integer).lowBoundary(0))', [2]],
];

describe.each(engines)('on the engine %s, a primitive without value', (engine) => {
  test.each(existence)('is an element: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(selection)('is selected as one: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(comparison)('is compared as fhirpath.js does: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(elements)('is compared with its ids and extensions: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(logic)('is neither true nor false: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(functions)('is nothing to calculate with: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(besides)('has an id and extensions: %s gives %j', (path, items) => {
    expect(itemsOf(path, patient, engine)).toEqual(items);
  });

  test.each(choices)('is one of a choice: %s gives %j', (path, items) => {
    expect(itemsOf(path, observation, engine)).toEqual(items);
  });

  test('prints as null, and is one of several values', () => {
    const column = (path: string): object => ({ column: [{ name: 'value', path }] });
    expect(rowsOf(column('birthDate'), patient, engine)).toEqual([[null]]);
    expect(rowsOf(column('name.given[1]'), patient, engine)).toEqual([[null]]);
    for (const path of ['name.given', 'name.select(family | text)', 'name.given.upper()'])
      expect(() => rowsOf(column(path), patient, engine)).toThrow(ViewEvaluationError);
  });

  test('decides no condition of a view', () => {
    const where = (path: string): number => {
      const select = [{ column: [{ name: 'id', path: 'id' }] }];
      const view = compileView({ resource: 'Patient', where: [{ path }], select }, { engine });
      let rows = 0;
      view.evaluate(patient, () => (rows += 1));
      return rows;
    };
    expect(where('active')).toBe(0);
    expect(where('active.not()')).toBe(0);
    expect(where('active.exists()')).toBe(1);
    expect(where('birthDate != @2000')).toBe(1);
  });

  test.each(['forEach', 'forEachOrNull'])('has a row of %s', (key) => {
    const column = [
      { name: 'at', path: '%rowIndex' },
      { name: 'value', path: '$this' },
      { name: 'text', path: "$this & '!'" },
      { name: 'url', path: 'extension.url' },
      { name: 'coded', path: "extension('u').value.toString()" },
      { name: 'has', path: 'hasValue()' },
      { name: 'of', path: '$this.type().name' },
    ];
    expect(rowsOf({ [key]: 'name.given', column }, patient, engine)).toEqual([
      [0, 'A', 'A!', null, null, true, 'string'],
      [1, null, '!', 'u', 'unknown', false, 'string'],
      [2, 'C', 'C!', null, null, true, 'string'],
    ]);
    expect(rowsOf({ [key]: 'birthDate | gender', column }, patient, engine)).toEqual([
      [0, null, '!', 'u', 'unknown', false, 'date'],
      [1, 'male', 'male!', 'u', 'unknown', true, 'code'],
    ]);
  });

  test('is found by repeat among the items of the walk', () => {
    const item = [{ _linkId: absent, item: [{ linkId: '2', _text: absent }] }];
    const column = [
      { name: 'link', path: 'linkId' },
      { name: 'text', path: 'text.exists()' },
    ];
    const answers = { resourceType: 'QuestionnaireResponse', item };
    expect(rowsOf({ repeat: ['item'], column }, answers, engine)).toEqual([
      [null, false],
      ['2', true],
    ]);
    const values = { repeat: ['item', 'linkId'], column: [{ name: 'value', path: '$this' }] };
    expect(
      rowsOf(values, { resourceType: 'QuestionnaireResponse', item: [{ _linkId: absent }] }, engine),
    ).toEqual([[{ _linkId: absent }], [null]]);
  });

  test('is walked by repeat where only fhirpath.js knows the path', () => {
    const column = [
      { name: 'link', path: 'linkId' },
      { name: 'exists', path: '$this.exists()' },
    ];
    const resource = { resourceType: 'QuestionnaireResponse', item: [{ _linkId: absent }, { linkId: '2' }] };
    expect(rowsOf({ repeat: ['item', 'linkId | linkId'], column }, resource, engine)).toEqual([
      [null, true],
      [null, true],
      ['2', true],
      [null, true],
    ]);
  });

  test('has no key, be it of a resource or of a reference', () => {
    const resource = {
      resourceType: 'Patient',
      _id: absent,
      managingOrganization: { _reference: absent },
    };
    expect(itemsOf('getResourceKey()', resource, engine)).toEqual([]);
    expect(itemsOf('managingOrganization.getReferenceKey()', resource, engine)).toEqual([]);
    expect(itemsOf('managingOrganization.reference.exists()', resource, engine)).toEqual([true]);
    expect(itemsOf('id.exists()', resource, engine)).toEqual([true]);
  });

  test('keeps the digits of numbers beside it', () => {
    const value = { _value: { extension: [{ url: 'u', valueDecimal: new NumberText('1.10') }] } };
    const resource = { resourceType: 'Observation', valueQuantity: value };
    const path = "value.ofType(Quantity).value.extension('u').value.ofType(decimal)";
    expect(itemsOf(path, resource, engine)).toEqual([new NumberText('1.10')]);
    expect(itemsOf('value', resource, engine)).toEqual([value]);
  });
});

/** The properties `given` and `_given`, and the elements that they stand for. */
const shapes: readonly (readonly [name: Resource, items: readonly Cell[]])[] = [
  [{ given: ['A'], _given: [null, absent] }, ['A', null]],
  [{ given: ['A', 'B'], _given: [absent] }, ['A', 'B']],
  [{ given: ['A', null], _given: [null, null] }, ['A', null]],
  [{ given: ['A', null] }, ['A', null]],
  [{ given: [null] }, [null]],
  [{ _given: [null, absent, null] }, [null, null, null]],
  [{ given: null, _given: [absent] }, [null]],
  [{ given: [], _given: [absent] }, [null]],
  [{ given: ['A'], _given: [] }, ['A']],
  [{ _given: [] }, []],
  [{ given: [], _given: [] }, []],
  [{ _given: null }, []],
  [{ given: null, _given: null }, []],
  [{ given: null }, []],
  [{ _given: {} }, [null]],
  [{ given: null, _given: {} }, [null]],
  [{ given: 'A', _given: {} }, ['A']],
  [{ given: 'A', _given: [null, {}] }, ['A', null]],
  [{ given: ['A'], _given: {} }, ['A']],
  [{ given: [], _given: {} }, [null]],
];

/** Elements in which FHIR has no primitives: companions and null there are nothing, on all engines. */
const trees: readonly (readonly [patient: Resource, path: string, items: readonly Cell[]])[] = [
  [{ _name: [{ id: '1' }] }, 'name.count()', [0]],
  [{ _name: [{ id: '1' }] }, 'name.id', []],
  [{ name: [{ family: 'F' }], _name: [{ given: ['G'] }, {}] }, 'name.given', []],
  [{ name: [{ family: 'F' }], _name: [null, {}] }, 'name.count()', [1]],
  [{ name: [null, { family: 'F' }] }, 'name.count()', [1]],
  [{ name: [null, { family: 'F' }] }, 'name[0].family', ['F']],
  [{ _maritalStatus: { text: 'M' } }, 'maritalStatus.exists()', [false]],
  [{ extension: [{ url: 'u', _valueQuantity: { id: 'q' } }] }, 'extension.value.exists()', [false]],
  [{ name: [null], _birthDate: {} }, 'iif(birthDate.exists(), name).count()', [0]],
];

describe.each(engines)('on the engine %s', (engine) => {
  test.each(shapes)('%j has the given names %j', (name, items) => {
    const resource = { resourceType: 'Patient', name: [name] };
    expect(itemsOf('name.given', resource, engine)).toEqual(items);
    expect(itemsOf('name.given.count()', resource, engine)).toEqual([items.length]);
    const column = [{ name: 'given', path: '$this' }];
    const rows = rowsOf({ forEach: 'name.given', column }, resource, engine);
    expect(rows).toEqual(items.map((item) => [item]));
  });

  test.each(trees)('of %j, %s gives %j', (elements, path, items) => {
    const resource = { resourceType: 'Patient', ...elements };
    expect(itemsOf(path, resource, engine)).toEqual(items);
  });

  test('a whole element prints as it stands in the resource', () => {
    const name = [
      { _given: [null, absent], family: 'F', _family: null },
      { _text: absent, _period: {} },
    ];
    expect(itemsOf('name', { resourceType: 'Patient', name }, engine)).toEqual(name);
    expect(itemsOf('name | name', { resourceType: 'Patient', name }, engine)).toEqual(name);
  });
});
