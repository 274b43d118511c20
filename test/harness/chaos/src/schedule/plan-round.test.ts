import { describe, expect, test } from '@jest/globals';
import { usualFaults } from './fault-kind.js';
import { planRound } from './plan-round.js';
import type { RoundTerms } from './plan-round.js';

const TERMS: RoundTerms = {
  seed: 7,
  sink: 's3',
  index: 0,
  kinds: usualFaults('s3'),
  views: ['one', 'two', 'three', 'four'],
  resourceTypes: ['Patient', 'Group'],
  windowMs: 6_000,
  leaseMs: 2_000,
};

describe('the plan of a round', () => {
  test('is the same for the same seed, and another for another', () => {
    expect(planRound(TERMS)).toEqual(planRound({ ...TERMS }));
    expect(planRound({ ...TERMS, seed: 8 })).not.toEqual(planRound(TERMS));
  });

  test('depends on its own number alone, so that one round can be repeated', () => {
    const rounds = [0, 1, 2].map((index) => planRound({ ...TERMS, index }));
    expect(planRound({ ...TERMS, index: 2 })).toEqual(rounds[2]);
    expect(rounds[1]).not.toEqual(rounds[2]);
  });

  test('has exports of views and of resources', () => {
    const exports = Array.from({ length: 20 }, (_, index) => planRound({ ...TERMS, index }).exports).flat();
    const bulk = exports.filter(({ operation }) => operation === 'bulk');
    expect(bulk.length).toBeGreaterThan(5);
    expect(bulk.length).toBeLessThan(exports.length);
    expect(bulk.every(({ outputs }) => outputs.every((name) => TERMS.resourceTypes.includes(name)))).toBe(
      true,
    );
  });

  test('cancels some exports of views and some of resources', () => {
    const exports = Array.from({ length: 40 }, (_, index) => planRound({ ...TERMS, index }).exports).flat();
    for (const operation of ['bulk', 'views']) {
      const own = exports.filter((each) => each.operation === operation);
      const cancelled = own.filter(({ cancel }) => cancel !== undefined && cancel.kind !== 'at-end').length;
      expect(cancelled).toBeGreaterThan(5);
      expect(cancelled).toBeLessThan(own.length / 2);
    }
  });

  test('leaves an export to its end in every round that has one of views', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const { exports } = planRound({ ...TERMS, seed });
      if (exports.every(({ operation }) => operation !== 'views')) continue;
      expect(exports.some(({ cancel, source }) => cancel === undefined && source === 'default')).toBe(true);
    }
  });

  test.each([7, 15])(
    'removes an export of resources after its end in every other round of seed %d',
    (seed) => {
      for (let index = 0; index < 40; index += 1) {
        const { exports } = planRound({ ...TERMS, seed, sink: 'file', index });
        const removed = exports.filter(({ cancel }) => cancel?.kind === 'at-end');
        expect(removed.map(({ operation }) => operation)).toEqual(index % 2 === 0 ? ['bulk'] : []);
      }
    },
  );

  test('meets every kind of fault once before any comes again', () => {
    const rounds = Array.from({ length: 20 }, (_, index) => planRound({ ...TERMS, index }));
    // Faults of a round are in the order of their times, so whole rounds that end with a deck are looked at.
    const dealt = rounds.flatMap(({ faults }) => faults.map(({ kind }) => kind));
    const times = TERMS.kinds.map((kind) => dealt.filter((other) => other === kind).length);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
  });

  test('starts exports and breaks things within the window', () => {
    for (let index = 0; index < 50; index += 1) {
      const { exports, faults } = planRound({ ...TERMS, index });
      expect(exports.length).toBeGreaterThan(2);
      for (const { atMs } of [...exports, ...faults]) {
        expect(atMs).toBeGreaterThanOrEqual(0);
        expect(atMs).toBeLessThanOrEqual(TERMS.windowMs);
      }
      for (const { outputs } of exports) expect(new Set(outputs).size).toBe(outputs.length);
    }
  });

  test('has no faults when none are allowed', () => {
    expect(planRound({ ...TERMS, kinds: [] }).faults).toEqual([]);
  });
});
