import { describe, expect, test } from '@jest/globals';
import { NumberText } from './cell.js';
import type { Cell, JsonValue } from './cell.js';
import { compileView } from './compile-view.js';
import type { EngineChoice } from './compiled-view.js';
import { ViewEvaluationError } from './errors.js';

const engines: readonly EngineChoice[] = ['auto', 'fhirpath'];

function rowsOf(definition: unknown, resource: JsonValue, engine: EngineChoice): readonly Cell[][] {
  const rows: Cell[][] = [];
  compileView(definition, { engine }).evaluate(resource, (row) => rows.push([...row]));
  return rows;
}

const patient = {
  resourceType: 'Patient',
  id: 'p1',
  name: [{ family: 'A', given: ['x', 'y'] }, { family: 'B' }],
  contact: [{ telecom: [{ value: '1' }, { value: '2' }] }, { name: { family: 'C' } }],
};

function ofPatient(...select: unknown[]): object {
  return { resource: 'Patient', select };
}

describe.each(engines)('rows on the engine %s', (engine) => {
  test('are the product of sibling selects, the first outermost', () => {
    const view = ofPatient(
      { forEach: 'name', column: [{ name: 'family', path: 'family' }] },
      { forEach: 'contact', column: [{ name: 'i', path: '%rowIndex' }] },
      { column: [{ name: 'id', path: 'id' }] },
    );
    expect(rowsOf(view, patient, engine)).toEqual([
      ['A', 0, 'p1'],
      ['A', 1, 'p1'],
      ['B', 0, 'p1'],
      ['B', 1, 'p1'],
    ]);
  });

  test('are null below an empty forEachOrNull, but for the row index', () => {
    const view = ofPatient({
      forEachOrNull: 'link',
      column: [
        { name: 'i', path: '%rowIndex' },
        { name: 'text', path: "'literal'" },
      ],
      select: [{ forEach: 'other', column: [{ name: 'reference', path: 'reference', collection: true }] }],
      unionAll: [
        { column: [{ name: 'u', path: 'id' }] },
        { forEach: 'other', column: [{ name: 'u', path: 'id' }] },
      ],
    });
    expect(rowsOf(view, patient, engine)).toEqual([[0, null, null, null]]);
  });

  test('count up over a whole walk of repeat', () => {
    const questionnaire = {
      resourceType: 'Questionnaire',
      item: [
        { linkId: '1', item: [{ linkId: '1.1' }, { linkId: '1.2', item: [{ linkId: '1.2.1' }] }] },
        { linkId: '2' },
      ],
    };
    const column = [
      { name: 'i', path: '%rowIndex' },
      { name: 'link', path: 'linkId' },
    ];
    const view = { resource: 'Questionnaire', select: [{ repeat: ['item'], column }] };
    expect(rowsOf(view, questionnaire, engine)).toEqual([
      [0, '1'],
      [1, '1.1'],
      [2, '1.2'],
      [3, '1.2.1'],
      [4, '2'],
    ]);
  });

  test('are absent for other resources, and for objects that are not resources', () => {
    const view = ofPatient({ column: [{ name: 'id', path: 'id' }] });
    for (const resource of [{ resourceType: 'Group', id: 'g' }, null, 'Patient', [patient]]) {
      expect(rowsOf(view, resource, engine)).toEqual([]);
    }
  });

  test('give a key for each usable reference', () => {
    const references = ['Patient/a', 'Group/b', '#c'].map((reference) => ({ other: { reference } }));
    const resource = { ...patient, link: [...references, { other: { display: 'someone' } }] };
    const column = [
      { name: 'all', path: 'link.other.getReferenceKey()', collection: true },
      { name: 'patients', path: 'link.other.getReferenceKey(Patient)', collection: true },
    ];
    expect(rowsOf(ofPatient({ column }), resource, engine)).toEqual([[['a', 'b'], ['a']]]);
    const single = ofPatient({ column: [{ name: 'key', path: 'link.other.getReferenceKey()' }] });
    expect(() => rowsOf(single, resource, engine)).toThrow(ViewEvaluationError);
  });

  test('keep the text of numbers they pass on', () => {
    const observation = {
      resourceType: 'Observation',
      valueQuantity: { value: new NumberText('1.10'), unit: 'g' },
    };
    const column = [
      { name: 'value', path: 'value.ofType(Quantity).value' },
      { name: 'more', path: 'value.ofType(Quantity).value + 1' },
      { name: 'equal', path: 'value.ofType(Quantity).value = 1.1' },
      { name: 'all', path: 'value' },
    ];
    expect(rowsOf({ resource: 'Observation', select: [{ column }] }, observation, engine)).toEqual([
      [new NumberText('1.10'), 2.1, true, { value: new NumberText('1.10'), unit: 'g' }],
    ]);
  });

  test('give moments of constants and literals as FHIR writes them', () => {
    const constant = [
      { name: 'started', valueDateTime: '1999-12-31' },
      { name: 'moment', valueDateTime: '1999-12-31T23:59:00Z' },
      { name: 'clock', valueTime: '23:59:00' },
    ];
    const paths = ['%started', '%moment', '%clock', '@2000-01T', '@2000-01', '@T08:00'];
    const column = paths.map((path, index) => ({ name: `c${index}`, path }));
    const written = ['1999-12-31', '1999-12-31T23:59:00Z', '23:59:00', '2000-01', '2000-01', '08:00'];
    expect(rowsOf({ ...ofPatient({ column }), constant }, patient, engine)).toEqual([written]);
  });

  test('find values of a choice by type, with the types derived from it', () => {
    const extension = (value: object) => ({ resourceType: 'Patient', extension: [{ url: 'u', ...value }] });
    const column = [
      { name: 'text', path: "extension('u').value.ofType(string)" },
      { name: 'number', path: "extension('u').value.ofType(integer)" },
    ];
    const view = ofPatient({ column });
    expect(rowsOf(view, extension({ valueCode: 'c' }), engine)).toEqual([['c', null]]);
    expect(rowsOf(view, extension({ valuePositiveInt: 3 }), engine)).toEqual([[null, 3]]);
    expect(rowsOf(view, extension({ valueUri: 'urn:x' }), engine)).toEqual([[null, null]]);
  });

  test('name column, path and resource of two values in one column', () => {
    const view = ofPatient({ column: [{ name: 'given', path: 'name.given' }] });
    const error = errorOf(() => rowsOf(view, patient, engine));
    expect(error).toBeInstanceOf(ViewEvaluationError);
    expect(error).toMatchObject({ column: 'given', path: 'name.given', resource: 'Patient/p1' });
    expect((error as Error).message).toBe(
      'column "given" ("name.given") of Patient/p1 yields several values, but the column does not have "collection": true',
    );
  });

  test('fail on a condition whose value is no boolean', () => {
    const view = { ...ofPatient({ column: [{ name: 'id', path: 'id' }] }), where: [{ path: 'unheardOf' }] };
    expect(() => rowsOf(view, { ...patient, unheardOf: 'x' }, engine)).toThrow(ViewEvaluationError);
    expect(rowsOf(view, { ...patient, unheardOf: true }, engine)).toHaveLength(1);
    expect(rowsOf(view, patient, engine)).toEqual([]);
  });

  test('fail, and do not exhaust the stack, where repeat meets endless nesting', () => {
    let item: JsonValue = { linkId: 'last' };
    for (let depth = 0; depth < 5_000; depth++) item = { item: [item] };
    const view = {
      resource: 'Questionnaire',
      select: [{ repeat: ['item'], column: [{ name: 'l', path: 'linkId' }] }],
    };
    const questionnaire = { resourceType: 'Questionnaire', item: [item] };
    expect(() => rowsOf(view, questionnaire, engine)).toThrow(ViewEvaluationError);
  });

  test('leave a thrown error of the receiver alone', () => {
    const view = compileView(ofPatient({ column: [{ name: 'id', path: 'id' }] }), { engine });
    const full = new Error('disk full');
    const error = errorOf(() => {
      view.evaluate(patient, () => {
        throw full;
      });
    });
    expect(error).toBe(full);
  });
});

test('a column outside the IR works inside an iteration, and an iteration outside the IR feeds the IR', () => {
  const view = compileView({
    resource: 'Patient',
    constant: [{ name: 'wanted', valueString: 'B' }],
    select: [
      {
        forEach: 'name.union(name).distinct()',
        column: [
          { name: 'family', path: 'family' },
          { name: 'is_wanted', path: 'family = %wanted' },
          { name: 'chars', path: 'family.toChars()', collection: true },
          { name: 'row', path: '%rowIndex + 10' },
          { name: 'chosen', path: "family.toString() & '!' " },
        ],
      },
    ],
  });
  const rows: Cell[][] = [];
  view.evaluate(patient, (row) => rows.push([...row]));
  expect(rows).toEqual([
    ['A', false, ['A'], 10, 'A!'],
    ['B', true, ['B'], 11, 'B!'],
  ]);
});

test('generated code compares with constants as exactly as they were written', () => {
  const constant = [{ name: 'limit', valueDecimal: new NumberText('0.10000000000000000000001') }];
  const column = [{ name: 'a', path: 'value.ofType(Quantity).value < %limit' }];
  const view = { resource: 'Observation', constant, select: [{ column }] };
  const observation = { resourceType: 'Observation', valueQuantity: { value: 0.1 } };
  expect(rowsOf(view, observation, 'auto')).toEqual([[true]]);
});

test('an array where FHIR has one value stands for its items', () => {
  const view = ofPatient({ column: [{ name: 'gender', path: 'gender', collection: true }] });
  expect(rowsOf(view, { ...patient, gender: ['male', null, 'female'] }, 'auto')).toEqual([
    [['male', null, 'female']],
  ]);
});

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}
