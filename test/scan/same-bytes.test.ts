import { describe, expect, test } from '@jest/globals';
import { sampleDataDir } from '@millrace/samples';
import { compileView } from '@millrace/viewdef';
import type { CompiledView } from '@millrace/viewdef';
import { SYNTHEA, describeWithSynthea } from '../synthea.js';
import { byCodegen, byScan } from './both-engines.js';
import { bundled, linesOf } from './bundled-input.js';
import { randomFrom } from './random-from.js';

const formats = ['csv', 'ndjson', 'json'] as const;

describe('the scan writes the bytes of generated code', () => {
  test.each(bundled)('for the sample data and %s', (_, view) => {
    const input = linesOf(sampleDataDir, view);
    for (const format of formats) {
      expect(expectSame([view], format, input)).toEqual([]);
    }
  });

  test('for all views of a resource type in one pass', () => {
    const patients = bundled.map(([, view]) => view).filter(({ resource }) => resource === 'Patient');
    const input = linesOf(sampleDataDir, patients[0] as CompiledView);
    expect(patients.length).toBeGreaterThan(1);
    for (const format of formats) {
      expect(expectSame(patients, format, input)).toEqual([]);
    }
  });
});

describeWithSynthea('with Synthea data', () => {
  test.each(bundled)('the scan writes the bytes of generated code for %s', (_, view) => {
    const input = linesOf(SYNTHEA, view);
    for (const format of formats) {
      expect(expectSame([view], format, input)).toEqual([]);
    }
  });
});

describe('comparisons', () => {
  const quantity = 'value.ofType(Quantity).value';
  const observations = [
    `${quantity} > 70`,
    `${quantity} = 70.0`,
    `${quantity} <= -0.5`,
    `${quantity} != 100`,
    "status < 'finam'",
    'status >= code.text',
    `${quantity} = ${quantity}`,
  ];
  const patients = [
    'birthDate > @1970-05-05',
    'birthDate = @1970-05',
    'birthDate != @1970',
    'birthDate <= @1960',
    'multipleBirth.ofType(integer) >= 1',
    "name.family.first() > 'M'",
  ];

  test.each([
    ['Observation', observations],
    ['Patient', patients],
  ])('of %s come out as generated code has them', (resource, paths) => {
    const column = paths.map((path, index) => ({ name: `c${index}`, path }));
    const view = compileView({ resource, select: [{ column }] });
    for (const line of ['', ...extremes(resource)]) {
      const input = Buffer.concat([linesOf(sampleDataDir, view), Buffer.from(line)]);
      for (const format of formats) expect(expectSame([view], format, input)).toEqual([]);
    }
  });

  function extremes(resource: string): string[] {
    const numbers = ['0', '-0', '-0.0', '70', '70.00', '69.99999999999999999999', '1e2', '100.0', '-0.50'];
    const dates = ['1970', '1970-05', '1970-05-05', '1970-13-99', '1959-12-31', 'x', '1970-05-05T00:00:00Z'];
    const values =
      resource === 'Patient'
        ? dates.map((date) => `"birthDate":"${date}"`)
        : numbers.map((number) => `"status":"fin\u00e9","valueQuantity":{"value":${number}}`);
    return values.map((value) => `{"resourceType":"${resource}",${value}}\n`);
  }
});

describe('damaged lines', () => {
  const damage = Buffer.from('"\\{}[]:,0195-+.eEtfnau \t\n\r/bx\x01\x7f\x80\xff', 'latin1');

  test.each(bundled)('never become rows of %s that generated code would not write', (_, view) => {
    const random = randomFrom(20261121);
    const lines = linesOf(sampleDataDir, view).toString().trimEnd().split('\n');
    const pick = (): Buffer => Buffer.from(lines[random(lines.length)] ?? '');
    const input: Buffer[] = [];
    for (let count = 0; count < 400; count += 1) {
      const line = pick();
      const at = random(line.length);
      const byte = random(damage.length);
      const removed = random(3);
      const parts = [line.subarray(0, at), damage.subarray(byte, byte + 1), line.subarray(at + removed)];
      input.push(...parts, Buffer.from('\n'), pick(), Buffer.from('\n'));
    }
    for (const format of formats) {
      expect(expectSame([view], format, Buffer.concat(input)).length).toBeGreaterThan(10);
    }
  });
});

test('faults of several short lines, which stand in one block of the index, hide none of each other', () => {
  const random = randomFrom(20261122);
  const view = compileView({ resource: 'Patient', select: [{ column: [{ name: 'id', path: 'id' }] }] });
  const lines = [
    '{"resourceType":"Patient","id":"a"}',
    '{"id":"\\u0041","resourceType":"Patient"}',
    '"\\',
    'x',
  ];
  const faults = ['\\x', '"', '\x01', '\xff', '\xc3', '" x', '\n', '\\'];
  const input = Array.from({ length: 20_000 }, () => {
    const line = lines[random(lines.length)] ?? '';
    const at = random(line.length);
    const fault = random(2) === 0 ? '' : faults[random(faults.length)];
    return Buffer.from(`${line.slice(0, at)}${fault}${line.slice(at)}\n`, 'latin1');
  });
  expect(expectSame([view], 'csv', Buffer.concat(input)).length).toBeGreaterThan(1000);
});

/** Lines that the scan leaves to others are taken out; of the rest both must make the same. Returns those lines. */
function expectSame(
  compiled: readonly CompiledView[],
  format: (typeof formats)[number],
  input: Buffer,
): readonly number[] {
  const scanned = byScan(compiled, format, input);
  const left = new Set(scanned.left);
  const kept: Buffer[] = [];
  for (let start = 0; start < input.length;) {
    const end = input.indexOf(0x0a, start) + 1;
    if (!left.has(start)) kept.push(input.subarray(start, end));
    start = end;
  }
  const generated = byCodegen(compiled, format, Buffer.concat(kept));
  expect(generated.left).toEqual([]);
  for (const [view, rows] of scanned.rows.entries()) {
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.equals(generated.rows[view] ?? Buffer.alloc(0))).toBe(true);
  }
  return scanned.left;
}
