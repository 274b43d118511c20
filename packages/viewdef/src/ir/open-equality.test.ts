import { expect, test } from '@jest/globals';
import type { Cell } from '../cell.js';
import { compileView } from '../compile-view.js';
import type { EngineChoice, FhirVersion } from '../compiled-view.js';
import { createResourceParser } from '../json/parse-resource.js';

function cellOf(
  path: string,
  values: readonly string[],
  engine: EngineChoice,
  fhirVersion: FhirVersion,
): Cell {
  const view = compileView(
    { resource: 'Basic', select: [{ column: [{ name: 'a', path }] }] },
    { engine, fhirVersion },
  );
  const extensions = values.map((value) => `{"url":"u",${value}}`).join(',');
  const text = `{"resourceType":"Basic","language":"10:30","extension":[${extensions}]}`;
  const cells: Cell[] = [];
  view.evaluate(createResourceParser([view])(text), ([cell]) => cells.push(cell ?? null));
  return cells[0] ?? null;
}

test.each([
  ['"valueString":"10:30"', true],
  ['"valueCode":"10:30"', true],
  ['"valueTime":"10:30"', false],
  ['"_valueTime":{"id":"x"}', false],
  ['"_valueString":{"id":"x"}', false],
  ['"valueDate":"2020-01"', false],
  ['"valueInteger":1', false],
  ['"valueAddress":{"text":"10:30"}', false],
])('a value of any type equals a text when it is that text: %s', (value, expected) => {
  for (const engine of ['auto', 'fhirpath'] as const) {
    const cell = (path: string): Cell => cellOf(path, [value], engine, 'R4');
    expect(cell("extension.value = '10:30'")).toBe(expected);
    expect(cell("'10:30' = extension.first().value")).toBe(expected);
    expect(cell('extension.value != language')).toBe(!expected);
    expect(cell("extension.where(value = '10:30').exists()")).toBe(expected);
    expect(cell('extension.value = id')).toBeNull();
  }
});

test('one value of another type makes a list unequal to a text', () => {
  for (const engine of ['auto', 'fhirpath'] as const) {
    const values = ['"valueString":"10:30"', '"valueTime":"10:30"'];
    expect(cellOf("extension.value = '10:30'", values, engine, 'R4')).toBe(false);
    expect(cellOf("extension.value != '10:30'", values, engine, 'R4')).toBe(true);
  }
});

test.each([
  ['"valueInteger64":"9007199254740993"', true, false],
  ['"valueInteger64":"9007199254740992"', false, false],
  ['"valueString":"9007199254740993"', false, true],
  ['"valueDecimal":9007199254740993.0', true, false],
])('an integer64, which is a string in JSON, is a number: %s', (value, equalsNumber, equalsText) => {
  for (const engine of ['auto', 'fhirpath'] as const) {
    expect(cellOf('extension.value = 9007199254740993', [value], engine, 'R5')).toBe(equalsNumber);
    expect(cellOf('extension.exists(value = 9007199254740993)', [value], engine, 'R5')).toBe(equalsNumber);
    expect(cellOf("extension.value = '9007199254740993'", [value], engine, 'R5')).toBe(equalsText);
  }
});
