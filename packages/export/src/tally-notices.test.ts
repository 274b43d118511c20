import { describe, expect, test } from '@jest/globals';
import { sumTallies } from './tally.js';
import { tallyNotices } from './tally-notices.js';
import type { ReadTally } from './tally-notices.js';

function read(
  input: string,
  tally: Partial<ReadTally['tally']>,
  more: Partial<Omit<ReadTally, 'tally'>> = {},
): ReadTally {
  return {
    input,
    resourceType: 'Patient',
    pass: 0,
    tally: { skippedLines: 0, otherTypes: {}, ...tally },
    ...more,
  };
}

describe('notices of reads', () => {
  test('names the limit that was asked for, or the one that nobody asked for', () => {
    const undated = [read('Patient.ndjson', { undated: { count: 2, first: 7 } })];
    const text = (limit: string): string =>
      `resources of Patient.ndjson passed ${limit} because their meta.lastUpdated is not an instant: 2, the first at byte offset 7`;
    expect(tallyNotices(undated, '_until')).toEqual([
      { kind: 'unreadable-date', count: 2, diagnostics: text('_until'), expression: '_until' },
    ]);
    expect(tallyNotices(undated, 'acceptedAt')).toEqual([
      { kind: 'unreadable-date', count: 2, diagnostics: text('the time of the kick-off') },
    ]);
  });

  test('is nothing to notice where it is nothing', () => {
    expect(tallyNotices([read('Patient.ndjson', {})])).toEqual([]);
    expect(tallyNotices([])).toEqual([]);
  });

  test('adds up over the shards of an input, with the place of the first line', () => {
    const shards = [
      read('Patient.ndjson', { skippedLines: 2, firstSkipped: 900, otherTypes: { Bundle: 1, '': 2 } }),
      read('Patient.ndjson', { skippedLines: 1, firstSkipped: 36, otherTypes: { Group: 5 } }),
      read('Patient.ndjson', { skippedLines: 0 }),
    ];
    expect(tallyNotices(shards)).toEqual([
      {
        kind: 'skipped-line',
        count: 3,
        diagnostics:
          'lines of Patient.ndjson that are not resources were skipped: 3, the first at byte offset 36',
      },
      {
        kind: 'other-type',
        count: 8,
        diagnostics:
          'resources of Patient.ndjson were skipped because their types are not read there: ' +
          'Group (5), no FHIR type (2), Bundle (1); resources inside a Bundle are not read',
      },
    ]);
  });

  test('counts a finding once that several passes over one input have', () => {
    const tally = { skippedLines: 2, firstSkipped: 5, otherTypes: { Group: 3 } };
    const passes = [0, 1, 2].map((pass) => read('Patient.ndjson', tally, { pass }));
    expect(tallyNotices(passes).map(({ count }) => count)).toEqual([2, 3]);
  });

  test('counts resources that passed a filter without a date by input, for any number of passes', () => {
    const undated = (count: number, first: number, more: Partial<Omit<ReadTally, 'tally'>> = {}): ReadTally =>
      read('all.ndjson', { undated: { count, first } }, more);
    const reads = [
      undated(2, 90),
      undated(1, 40),
      undated(2, 90, { pass: 1 }),
      undated(1, 40, { pass: 1 }),
      undated(4, 60, { pass: 2, resourceType: 'Observation' }),
      read('all.ndjson', { skippedLines: 1 }, { pass: 3, resourceType: 'Group' }),
    ];
    expect(tallyNotices(reads)[1]).toEqual({
      kind: 'unreadable-date',
      expression: '_since',
      count: 7,
      diagnostics:
        'resources of all.ndjson passed _since because their meta.lastUpdated is not an instant: 7, the first at byte offset 40',
    });
  });

  test('leaves out the types that another view reads from the same input', () => {
    const reads = [
      read('all.ndjson', { otherTypes: { Observation: 9, Bundle: 1 } }),
      read('all.ndjson', { otherTypes: { Patient: 4, Bundle: 1 } }, { resourceType: 'Observation', pass: 1 }),
    ];
    expect(tallyNotices(reads)).toEqual([expect.objectContaining({ kind: 'other-type', count: 1 })]);
  });

  test('names ten inputs and ten types, and counts the others', () => {
    const otherTypes = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`T${n}`, 1]));
    const inputs = Array.from({ length: 13 }, (_, n) =>
      read(`Patient.${n}.ndjson`, { skippedLines: 1, firstSkipped: 0, otherTypes }),
    );
    const notices = tallyNotices(inputs);
    expect(notices).toHaveLength(22);
    expect(notices[10]).toEqual({
      kind: 'skipped-line',
      count: 3,
      diagnostics: 'lines of 3 more inputs that are not resources were skipped: 3',
    });
    expect(notices[11]?.diagnostics).toMatch(/T7 \(1\) and 2 more$/);
    expect(notices[21]).toMatchObject({ kind: 'other-type', count: 36 });
  });
});

test('tallies add up in any order', () => {
  const one = { skippedLines: 1, firstSkipped: 7, otherTypes: { A: 1 } };
  const two = { skippedLines: 0, otherTypes: { A: 2, B: 1 } };
  expect(sumTallies([one, two])).toEqual({ skippedLines: 1, firstSkipped: 7, otherTypes: { A: 3, B: 1 } });
  expect(sumTallies([two, one])).toEqual(sumTallies([one, two]));
  expect(sumTallies([])).toEqual({ skippedLines: 0, otherTypes: {} });
});
