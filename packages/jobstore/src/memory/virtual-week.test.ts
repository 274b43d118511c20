import { describe, expect, test } from '@jest/globals';
import type { JobStore } from '@millrace/export';
import fc from 'fast-check';
import { LONG_MS, emptyCut, setStage } from '../contract/stage.js';
import { createMemoryJobStore } from './memory-job-store.js';

const HOUR_MS = 3_600_000;
const HOURS = 7 * 24;
const SLOTS = 10;

/** Kick-offs of an hour: by tenant, how many shards each. */
const hour = fc.array(fc.record({ tenant: fc.nat(3), shards: fc.integer({ min: 1, max: 40 }) }), {
  maxLength: 4,
});
/** The busy hours of a week; the others have no kick-offs. */
const week = fc.array(hour, { minLength: 1, maxLength: 30 });

/** Counts the waiting steps of each tenant, and compares the turns of tenants that wait at the same time. */
class Watch {
  readonly #waiting = new Map<string, number>();
  /** For each two tenants: turns of the one while both were waiting, less those of the other. */
  readonly #lead = new Map<string, number>();
  widest = 0;

  add(tenant: string, steps: number): void {
    if ((this.#waiting.get(tenant) ?? 0) === 0) this.#forget(tenant);
    this.#waiting.set(tenant, (this.#waiting.get(tenant) ?? 0) + steps);
  }

  #forget(tenant: string): void {
    for (const pair of this.#lead.keys()) if (pair.split(' ').includes(tenant)) this.#lead.delete(pair);
  }

  turnOf(tenant: string): void {
    for (const [other, waiting] of this.#waiting) {
      if (other === tenant || waiting === 0) continue;
      const [pair, by] = tenant < other ? [`${tenant} ${other}`, 1] : [`${other} ${tenant}`, -1];
      const lead = (this.#lead.get(pair) ?? 0) + by;
      this.#lead.set(pair, lead);
      this.widest = Math.max(this.widest, Math.abs(lead));
    }
    const left = (this.#waiting.get(tenant) ?? 0) - 1;
    this.#waiting.set(tenant, left);
    if (left === 0) this.#forget(tenant);
  }
}

/** Exports of the week, worked off step by step. */
function openWeek(jobs: JobStore, watch: Watch) {
  const tenantOf = new Map<string, string>();
  const left = new Map<string, number>();
  const seen = new Set<string>();
  return {
    seen,
    async kickOff(tenant: string, shards: number): Promise<void> {
      const stage = await setStage(jobs, { tenant });
      await stage.plan(shards);
      tenantOf.set(stage.id, tenant);
      left.set(stage.id, shards);
      watch.add(tenant, shards);
    },
    async round(): Promise<void> {
      const steps = await jobs.dispatch(100);
      for (const { exportId, step } of steps) {
        const name = `${exportId} ${step}`;
        expect(seen.has(name)).toBe(false);
        seen.add(name);
        watch.turnOf(tenantOf.get(exportId) ?? '');
      }
      for (const { exportId, step } of steps) {
        const by = { nonce: 'n', worker: 'w', leaseMs: LONG_MS, maxAttempts: 1 };
        const claimed = await jobs.claim({ exportId, step }, by);
        if (claimed.kind !== 'claimed') throw new Error(`${step} is ${claimed.kind}`);
        if (step === 'finalize') {
          await jobs.decide(exportId, { outcome: 'completed', lease: claimed.lease });
          continue;
        }
        await jobs.commitShard(claimed.lease, emptyCut(claimed.checkpoint));
        const shards = (left.get(exportId) ?? 0) - 1;
        left.set(exportId, shards);
        if (shards === 0) watch.add(tenantOf.get(exportId) ?? '', 1);
      }
    },
  };
}

describe('a week', () => {
  test('of any load gives every tenant its turn while it waits, and every step once', async () => {
    await fc.assert(
      fc.asyncProperty(week, async (busyHours) => {
        let now = 1_800_000_000_000;
        const jobs = createMemoryJobStore({ now: () => now });
        const watch = new Watch();
        const exports = openWeek(jobs, watch);
        let expected = 0;
        // The busy hours are spread over the week, with rests in between.
        const apart = Math.ceil(HOURS / busyHours.length);
        for (let at = 0; at < HOURS; at += 1) {
          for (const { tenant, shards } of busyHours[at % apart === 0 ? at / apart : -1] ?? []) {
            await exports.kickOff(`t${tenant}`, shards);
            expected += shards + 1;
          }
          await jobs.registerWorker({ id: 'w', slots: SLOTS, forMs: HOUR_MS });
          // Two rounds an hour do not always finish all steps.
          await exports.round();
          await exports.round();
          now += HOUR_MS;
        }
        await jobs.registerWorker({ id: 'w', slots: 1_000, forMs: HOUR_MS });
        for (let rest = 0; rest < 200 && exports.seen.size < expected; rest += 1) await exports.round();
        expect(exports.seen.size).toBe(expected);
        expect(watch.widest).toBeLessThanOrEqual(2);
      }),
      { numRuns: 8, endOnFailure: true },
    );
  });
});
