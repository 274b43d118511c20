import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { changeset } from './changeset.js';
import type { Changeset, LifecycleTerms } from './changeset.js';
import { EXPORT_STATES, isOver } from './export.js';
import type { ExportRecord } from './export-record.js';
import type { SentStep } from './sent-step.js';

const TERMS: LifecycleTerms = { queueTimeoutMs: 100, noProgressMs: 50, preparingMs: 20, decidingMs: 10 };
const NOW = 1_000;

const record = (id: string, fields: Partial<ExportRecord>): ExportRecord => ({
  id,
  tenant: 't',
  client: 'c',
  state: 'accepted',
  acceptedAt: 0,
  shardsDone: 0,
  bytesTotal: 0,
  bytesRead: 0,
  rowsWritten: 0,
  bytesWritten: 0,
  skippedLines: 0,
  ...fields,
});
const required = (exports: ExportRecord[]): Changeset =>
  changeset({ exports, steps: [], workers: new Set() }, NOW, TERMS);
const ids = (records: readonly ExportRecord[]): string[] => records.map(({ id }) => id);

const held = (step: number, leaseEnds: number, worker = 'w1'): SentStep => ({
  exportId: 'a',
  step: `shard-${step}`,
  round: 0,
  state: 'running',
  token: '1',
  leaseEnds,
  worker,
});
const requiredOf = (steps: SentStep[], ...workers: string[]): Changeset =>
  changeset({ exports: [], steps, workers: new Set(workers) }, NOW, TERMS);

describe('changes that exports need', () => {
  test.each([
    ['timeoutRequired', { state: 'accepted', progressAt: NOW - 100 }, { progressAt: NOW - 99 }],
    ['timeoutRequired', { state: 'accepted', acceptedAt: NOW - 100 }, { acceptedAt: NOW - 99 }],
    ['timeoutRequired', { state: 'in-progress', progressAt: NOW - 50 }, { progressAt: NOW - 49 }],
    ['cleanupRequired', { state: 'preparing', acceptedAt: NOW - 20 }, { acceptedAt: NOW - 19 }],
    ['resumeRequired', { state: 'deciding', endedAt: NOW - 10 }, { endedAt: NOW - 9 }],
    ['expireRequired', { state: 'failed', expiresAt: NOW }, { expiresAt: NOW + 1 }],
  ] as const)('%s: %j from that time on, and not with %j', (list, fields, later) => {
    expect(ids(required([record('a', fields)])[list])).toEqual(['a']);
    expect(required([record('a', { ...fields, ...later })])[list]).toEqual([]);
  });

  test('is done oldest first, and at one time in the order of ids', () => {
    const exports = [
      record('late', { progressAt: 3 }),
      record('tie-b', { progressAt: 2 }),
      record('tie-a', { progressAt: 2 }),
      record('old', { progressAt: 1 }),
    ];
    expect(ids(required(exports).timeoutRequired)).toEqual(['old', 'tie-a', 'tie-b', 'late']);
  });

  test('is never anything but to expire for one that is over, and no export has two things to be done', () => {
    const times = fc.option(fc.integer({ min: 0, max: 2_000 }), { nil: undefined });
    const anyRecord = fc
      .record({
        state: fc.constantFrom(...EXPORT_STATES),
        acceptedAt: fc.integer({ min: 0, max: 2_000 }),
        progressAt: times,
        endedAt: times,
        expiresAt: times,
      })
      .map((fields) => record('a', fields as Partial<ExportRecord>));
    fc.assert(
      fc.property(anyRecord, (one) => {
        const { expireRequired, resumeRequired, cleanupRequired, timeoutRequired } = required([one]);
        const others = [...resumeRequired, ...cleanupRequired, ...timeoutRequired];
        expect(others.length + expireRequired.length).toBeLessThanOrEqual(1);
        if (isOver(one.state)) expect(others).toEqual([]);
        else expect(expireRequired).toEqual([]);
      }),
    );
  });
});

describe('changes that sent steps need', () => {
  test('is to let one wait again whose lease is over', () => {
    const steps = [held(0, NOW), held(1, NOW + 1)];
    expect(requiredOf(steps, 'w1').reclaimRequired).toEqual([steps[0]]);
  });

  test('is to let one wait again whose worker is gone, while others are known', () => {
    const steps = [held(0, NOW + 9, 'gone'), held(1, NOW + 9)];
    expect(requiredOf(steps, 'w1', 'w2').reclaimRequired).toEqual([steps[0]]);
  });

  test('is nothing when no worker at all is known although leases run, and that is told', () => {
    const steps = [held(0, NOW + 9), held(1, NOW)];
    const { reclaimRequired, faults } = requiredOf(steps);
    expect(reclaimRequired).toEqual([steps[1]]);
    expect(faults).toEqual(['no worker is registered, but 2 leases run']);
  });

  test('is to ask for the message of one that nobody took in time', () => {
    const waiting = (doubtedFrom: number): SentStep => ({
      exportId: 'a',
      step: 'plan',
      round: 1,
      state: 'waiting',
      doubtedFrom,
    });
    expect(requiredOf([waiting(NOW)]).startRequired).toHaveLength(1);
    expect(requiredOf([waiting(NOW + 1)]).startRequired).toEqual([]);
  });
});
