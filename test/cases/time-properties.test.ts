import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import { startMillraceWith } from '../cli/millrace.js';
import { bound, compare, plus, textOf } from './reference-time.js';
import type { Duration, Written } from './reference-time.js';

jest.setTimeout(180_000);

const zones = fc.oneof(
  fc.constantFrom('', 'Z', 'Z', '+00:00', '-00:00', '+14:00', '-14:00', '+05:45'),
  fc.tuple(fc.constantFrom('+', '-'), fc.nat(13), fc.nat(59)).map(([sign, hours, minutes]) => {
    return `${sign}${String(hours).padStart(2, '0')}:${String(minutes).padStart(2, '0')}`;
  }),
);

const fractions = fc.oneof(
  fc.constantFrom('', '', '0', '5', '50', '500', '999999999'),
  fc.stringMatching(/^\d{0,20}$/),
);

/** Dates and times of any precision that the calendar has. */
const moments: fc.Arbitrary<Written> = fc
  .record({
    year: fc.oneof(
      fc.constantFrom(1, 2, 1999, 2000, 2020, 2023, 9998, 9999),
      fc.integer({ min: 1, max: 9999 }),
    ),
    dayOfYear: fc.oneof(fc.constantFrom(0, 30, 58, 59, 60, 364), fc.nat(364)),
    clock: fc.oneof(fc.constantFrom(0, 86_399), fc.nat(86_399)),
    count: fc.oneof(fc.constant(6), fc.integer({ min: 1, max: 6 })),
    fraction: fractions,
    zone: zones,
  })
  .map(({ year, dayOfYear, clock, count, fraction, zone }) => {
    const day = new Date(0);
    day.setUTCFullYear(year, 0, 1 + dayOfYear);
    const fields = [
      day.getUTCFullYear(),
      day.getUTCMonth() + 1,
      day.getUTCDate(),
      Math.floor(clock / 3600),
      Math.floor(clock / 60) % 60,
      clock % 60,
    ].slice(0, count);
    return { fields, fraction: count === 6 ? fraction : '', zone: count > 3 ? zone : '' };
  });

/** Two moments, which are often alike but for what is small. */
const pairs: fc.Arbitrary<readonly [Written, Written]> = fc
  .tuple(moments, moments, fractions, fc.integer({ min: 0, max: 6 }))
  .map(([one, other, fraction, alike]) => {
    if (alike === 0) return [one, other];
    const fields = [...one.fields.slice(0, alike), ...other.fields.slice(alike)].slice(0, one.fields.length);
    const day = new Date(Date.UTC(2000, (fields[1] ?? 1) - 1, fields[2] ?? 1));
    // The day of the one may be none of the other's month.
    if (day.getUTCMonth() !== (fields[1] ?? 1) - 1 || fields[2] === 29) return [one, other];
    const zone = fields.length > 3 ? one.zone && other.zone : '';
    return [one, { fields, fraction: fields.length === 6 ? fraction : '', zone }];
  });

const durations: readonly (Duration & { readonly text: string })[] = [
  { text: '+ 0 days', digits: 0n, places: 0, unit: 'day' },
  { text: '+ 1 month', digits: 1n, places: 0, unit: 'month' },
  { text: '- 13 months', digits: -13n, places: 0, unit: 'month' },
  { text: '+ 1.9 years', digits: 19n, places: 1, unit: 'year' },
  { text: '- 3 weeks', digits: -3n, places: 0, unit: 'week' },
  { text: '+ 400 days', digits: 400n, places: 0, unit: 'day' },
  { text: '- 25 hours', digits: -25n, places: 0, unit: 'hour' },
  { text: '- 30 minutes', digits: -30n, places: 0, unit: 'minute' },
  { text: '+ 86399.75 seconds', digits: 8_639_975n, places: 2, unit: 'second' },
  { text: '- 1250 milliseconds', digits: -1250n, places: 0, unit: 'millisecond' },
  { text: "+ 0.000000000001 's'", digits: 1n, places: 12, unit: 'second' },
];

const operators: Readonly<Record<string, (order: number) => boolean>> = {
  '<': (order) => order < 0,
  '<=': (order) => order <= 0,
  '>': (order) => order > 0,
  '>=': (order) => order >= 0,
  '=': (order) => order === 0,
  '!=': (order) => order !== 0,
};

const start = 'effective.ofType(Period).start';
const end = 'effective.ofType(Period).end';
const paths = [
  ...Object.keys(operators).map((operator) => `${start} ${operator} ${end}`),
  ...durations.map(({ text }) => `${start} ${text}`),
  `${start}.lowBoundary()`,
  `${start}.highBoundary()`,
  `${start}.lowBoundary() > ${start}`,
  `${start}.highBoundary() < ${start}`,
];

/** What each path yields, by the reference. */
function expected([one, other]: readonly [Written, Written]): readonly unknown[] {
  const order = compare(one, other);
  const [low, high] = [bound('low', one), bound('high', one)];
  const [lowOrder, highOrder] = [compare(low, one), compare(high, one)];
  return [
    ...Object.values(operators).map((holds) => (order === null ? null : holds(order))),
    ...durations.map((duration) => plus(one, duration)),
    textOf(low),
    textOf(high),
    lowOrder === null ? null : lowOrder > 0,
    highOrder === null ? null : highOrder < 0,
  ];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-time-'));
  const column = paths.map((path, at) => ({ name: `c${at}`, path }));
  const view = { resourceType: 'ViewDefinition', resource: 'Observation', select: [{ column }] };
  await writeFile(join(folder, 'view.json'), JSON.stringify(view));
});
afterAll(() => rm(folder, { recursive: true }));

async function rowsOf(engine: string, zone: string, input: string): Promise<readonly unknown[][]> {
  const { code, out, err } = await startMillraceWith(
    { env: { TZ: zone } },
    'run',
    '--view',
    join(folder, 'view.json'),
    '--input',
    input,
    '--format',
    'ndjson',
    '--engine',
    engine,
  ).finished;
  if (code !== 0) throw new Error(`${engine} in ${zone}: ${err}`);
  const lines = out.trim().split('\n');
  return lines.map((line) => Object.values(JSON.parse(line) as Readonly<Record<string, unknown>>));
}

describe.each(['UTC', 'America/New_York', 'Asia/Kathmandu', 'Pacific/Kiritimati'])(
  'on a host in %s',
  (zone) => {
    test.each(['scan', 'codegen', 'fhirpath'])(
      '%s reckons with time as the reference does',
      async (engine) => {
        const seed = Date.now() & 0x7fffffff;
        const sample = fc.sample(pairs, { numRuns: 500, seed });
        const input = join(folder, 'input.ndjson');
        const lines = sample.map(([one, other]) => {
          const effectivePeriod = { start: textOf(one), end: textOf(other) };
          return JSON.stringify({ resourceType: 'Observation', id: 'a', effectivePeriod });
        });
        await writeFile(input, lines.join('\n'));
        const rows = await rowsOf(engine, zone, input);
        expect(rows).toHaveLength(sample.length);
        const named = (cells: readonly unknown[], at: number): object => ({
          seed,
          line: lines[at],
          ...Object.fromEntries(paths.map((path, column) => [path, cells[column]])),
        });
        expect(rows.map(named)).toEqual(sample.map(expected).map(named));
        // The last two ask whether a boundary is on the wrong side.
        expect(rows.filter((cells) => cells.slice(-2).includes(true))).toEqual([]);
      },
    );
  },
);
