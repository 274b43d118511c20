import { expect, test } from '@jest/globals';
import { compileView } from '../compile-view.js';
import { ViewEvaluationError } from '../errors.js';
import { createResourceParser } from '../json/parse-resource.js';
import { judge, viewOf } from './testing/judge.js';

/** Values of each type that functions and operators may be applied to; text also as what it can be converted to. */
const values: Readonly<Record<string, readonly unknown[]>> = {
  Boolean: [true],
  Integer: [1, 25],
  Decimal: [1.5],
  String: ['5', 'true', 'abc', '12:00', "5 'mg'", '2001-01-01', '2001-01-01T00:00:00Z'],
  Code: ['5'],
  Uri: ['5'],
  Date: ['2001', '2001-02-03'],
  DateTime: ['2001', '2001-02-03T04:05:06Z'],
  Time: ['12:00:00'],
  Quantity: [
    { value: 1, unit: 'mg', code: 'mg', system: 'http://unitsofmeasure.org' },
    { value: 1, unit: '1', code: '1', system: 'http://unitsofmeasure.org' },
  ],
  Coding: [{ system: 's', code: 'c' }],
  HumanName: [{ family: 'f' }],
};

const applications = [
  'upper',
  'lower',
  'trim',
  'length',
  'toChars',
  'abs',
  'ceiling',
  'truncate',
  'round',
  'exp',
  'ln',
  'sqrt',
  'avg',
  'lowBoundary',
  'highBoundary',
  'toInteger',
  'toLong',
  'toDecimal',
  'toDate',
  'toDateTime',
  'toTime',
  'toBoolean',
  'toQuantity',
  'yearOf',
  'monthOf',
  'hourOf',
  'timezoneOffsetOf',
  'dateOf',
  'timeOf',
  'getValue',
  'allTrue',
  'anyFalse',
]
  .map((name) => `.${name}()`)
  .concat(
    [
      ".startsWith('2')",
      '.substring(0, 1)',
      ".indexOf('0')",
      ".matches('.')",
      ".replace('1', '2')",
      ".split('0')",
    ],
    [
      ".join(',')",
      '.power(2)',
      '.log(2)',
      " & 'a'",
      " + 'a'",
      ' + 1',
      ' - 1',
      ' * 2',
      ' / 2',
      ' div 2',
      ' mod 2',
    ],
    [
      " + 1 'mg'",
      " * 2 'mg'",
      ' + 1 year',
      ' - 1 hour',
      ' > 0',
      " > '0'",
      ' > @2000',
      ' > @T00:00',
      " > 0 'mg'",
    ],
    [
      ' = 1',
      " = '5'",
      " = '2001'",
      ' = @2001',
      ' = @2001-02-03',
      ' = true',
      " = 'true'",
      " = 1 '1'",
      ' = @T12:00:00',
    ],
  );

/** Whether any value gives a row that says something: not empty, and not the false of a comparison. */
function works(path: string, type: string): boolean {
  const found = (values[type] ?? []).map((value) => {
    const resource = { resourceType: 'Patient', extension: [{ url: 'u', [`value${type}`]: value }] };
    return [...resultsOf(path, resource, 'codegen'), ...resultsOf(path, resource, 'fhirpath')];
  });
  return found.flat().some((cell) => cell !== '[]' && cell !== '[false]');
}

function resultsOf(path: string, resource: object, engine: 'codegen' | 'fhirpath'): readonly string[] {
  const view = compileView(viewOf('Patient', path), { engine });
  const cells: string[] = [];
  try {
    view.evaluate(createResourceParser([view])(JSON.stringify(resource)), ([cell]) => {
      cells.push(JSON.stringify(cell));
    });
    return cells;
  } catch (error) {
    if (error instanceof ViewEvaluationError) return [];
    throw error;
  }
}

test.each(Object.keys(values))('a refused use of a %s gives nothing on any engine', (type) => {
  const wrong: string[] = [];
  let refused = 0;
  for (const application of applications) {
    const code = type.charAt(0).toLowerCase() + type.slice(1);
    const name = ['Quantity', 'Coding', 'HumanName'].includes(type) ? type : code;
    const path = `extension('u').value.ofType(${name})${application}`;
    if (judge(viewOf('Patient', path)).refused.length === 0) continue;
    refused += 1;
    if (works(path, type)) wrong.push(application);
  }
  expect(wrong).toEqual([]);
  expect(refused).toBeGreaterThan(5);
});
