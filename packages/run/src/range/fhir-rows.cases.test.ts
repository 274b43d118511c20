import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { EngineChoice } from '@millrace/viewdef';
import { patient, run, source } from '../testing/run-range.js';

const column = (name: string, path: string, type?: string): object => ({
  name,
  path,
  ...(type === undefined ? {} : { type }),
});

/** Columns of every kind that has a `value[x]` of its own. */
const view = {
  resource: 'Patient',
  select: [
    {
      column: [
        column('id', 'id', 'id'),
        column('active', 'active', 'boolean'),
        column('born', 'birthDate', 'date'),
        column('births', 'multipleBirth.ofType(integer)', 'integer'),
        column('changed', 'meta.lastUpdated', 'instant'),
        column('language', 'language'),
        {
          ...column('big', 'multipleBirth.ofType(integer)', 'integer'),
          tag: [{ name: 'ansi/type', value: 'BIGINT' }],
        },
        {
          ...column('ratio', 'multipleBirth.ofType(integer)', 'integer'),
          tag: [{ name: 'ansi/type', value: 'DOUBLE PRECISION' }],
        },
      ],
    },
    {
      forEachOrNull: 'name',
      column: [column('family', 'family', 'string'), column('at', '%rowIndex', 'integer')],
    },
  ],
};

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const text = fc.string({
  unit: fc.constantFrom('a', '"', '\\', '\n', 'é', '\u2028', '\u0001', '😀'),
  maxLength: 6,
});
const patients = fc.array(
  fc.record({
    active: maybe(
      fc.oneof({ weight: 9, arbitrary: fc.boolean() }, { weight: 1, arbitrary: fc.constant('no') }),
    ),
    birthDate: maybe(fc.constantFrom('1970', '1970-05', '1970-05-01', '')),
    multipleBirthInteger: maybe(fc.constantFrom(0, -0, 7, -12, 123456789, 1234567890, 2147483648, 1.5, 1e21)),
    language: maybe(text),
    meta: maybe(
      fc.record({
        lastUpdated: fc.constantFrom(
          '2026-01-01T00:00:00Z',
          '2026-01-01T00:00:00.1Z',
          '2026-01-01T00:00:00.123+14:00',
          '2026-01-01T00:00:00.1235Z',
          '2025-12-31T23:59:59.9999999-02:00',
          'no instant.12345',
        ),
      }),
    ),
    name: maybe(fc.array(fc.record({ family: maybe(text) }), { maxLength: 3 })),
  }),
  { minLength: 1, maxLength: 6 },
);

async function rowsBy(engine: EngineChoice, lines: string): Promise<string> {
  const from = await source({ 'Patient.ndjson': lines });
  const more = { engine, format: 'fhir' as const, views: [{ subject: 0, view }] };
  try {
    const { summary, text: rows } = await run(from, more);
    expect(summary.engines).toEqual([engine]);
    return await rows(0);
  } catch (error) {
    return String(error);
  }
}

test('the scan writes the rows in FHIR that generated code writes, and refuses what that refuses', async () => {
  let written = 0;
  await fc.assert(
    fc.asyncProperty(patients, async (given) => {
      const lines = given.map((one, at) => `${patient(`p${at}`, one)}\n`).join('');
      const rows = await rowsBy('codegen', lines);
      if (rows.startsWith('{')) written += 1;
      expect(await rowsBy('scan', lines)).toBe(rows);
    }),
    { numRuns: 300 },
  );
  expect(written).toBeGreaterThan(30);
});

test('an instant of more digits than it may have is rounded by both engines', async () => {
  const line = `${patient('a', { meta: { lastUpdated: '2026-01-01T00:00:00.1235Z' } })}\n`;
  for (const engine of ['scan', 'codegen'] as const)
    expect(await rowsBy(engine, line)).toContain('"valueInstant":"2026-01-01T00:00:00.124Z"');
});
