import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { OUTCOMES, type DecideResult, type Outcome } from '@millrace/export';
import { cut, disk, emptyCut, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

function decidingOf(decision: DecideResult): { at: number } {
  if (decision.kind !== 'deciding') throw new Error(`the decision is ${decision.kind}`);
  return decision;
}

export function outcomeStories(make: MakeStore): void {
  describe('outcomes', () => {
    let store: StoreUnderTest;
    let stage: Stage;
    beforeEach(async () => {
      store = await make();
      stage = await setStage(store.jobs);
    });
    afterEach(() => store.close());

    const cancelled = { outcome: 'cancelled', nonce: 'api-1' } as const;
    const ended = (outcome: Outcome) => ({
      outcome,
      endedAt: 1_000,
      expiresAt: 2_000,
      ...(outcome === 'failed' ? { failure: disk } : {}),
    });

    test('an export that is not known, or not yet accepted, cannot be decided', async () => {
      expect(await stage.jobs.decide(stage.id, cancelled)).toEqual({ kind: 'gone' });
      await stage.jobs.create({ id: stage.id, tenant: 'default', client: 'anonymous' });
      expect(await stage.jobs.decide(stage.id, cancelled)).toEqual({ kind: 'gone' });
    });

    test('finalize completes with its lease, and a repeat has the same time', async () => {
      const lease = await stage.finalize();
      const first = await stage.jobs.decide(stage.id, { outcome: 'completed', lease });
      expect(first).toEqual({ kind: 'deciding', at: expect.any(Number) });
      await store.elapse(2);
      expect(await stage.jobs.decide(stage.id, { outcome: 'completed', lease })).toEqual(first);
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'deciding', outcome: 'completed' });
    });

    test('a reader of an export that is being decided learns all that the decider knew', async () => {
      await stage.plan(1);
      const failed = { outcome: 'failed', failure: disk, nonce: 'w' } as const;
      const { at } = decidingOf(await stage.jobs.decide(stage.id, failed));
      expect(await stage.jobs.read(stage.id)).toMatchObject({
        outcome: 'failed',
        failure: disk,
        endedAt: at,
      });
    });

    test('a finalizer that lost its lease does not decide', async () => {
      const lease = await stage.finalize();
      const stale = { ...lease, nonce: 'another' };
      expect(await stage.jobs.decide(stage.id, { outcome: 'completed', lease: stale })).toEqual({
        kind: 'fenced',
      });
      await stage.jobs.release(lease, { kind: 'handback' });
      expect(await stage.jobs.decide(stage.id, { outcome: 'completed', lease })).toEqual({ kind: 'fenced' });
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'in-progress' });
    });

    test('an export fails with the lease of any step, or with none when attempts are spent', async () => {
      await stage.plan(1);
      const lease = await stage.take('shard-0');
      const failed = { outcome: 'failed', failure: disk, nonce: lease.nonce } as const;
      expect(await stage.jobs.decide(stage.id, { ...failed, lease })).toMatchObject({ kind: 'deciding' });
      expect(await stage.jobs.read(stage.id)).toMatchObject({ outcome: 'failed', failure: disk });

      const other = await setStage(store.jobs);
      await other.plan(1);
      expect(await other.jobs.decide(other.id, failed)).toMatchObject({ kind: 'deciding' });
    });

    test('one of many that decide enters, and the others are told which outcome and time stand', async () => {
      const lease = await stage.finalize();
      const decisions = await Promise.all([
        stage.jobs.decide(stage.id, { outcome: 'completed', lease }),
        ...['a', 'b', 'c'].map((nonce) => stage.jobs.decide(stage.id, { outcome: 'cancelled', nonce })),
        stage.jobs.decide(stage.id, { outcome: 'failed', failure: disk, nonce: 'd' }),
      ]);
      const entered = decisions.flatMap((decision) => (decision.kind === 'deciding' ? [decision.at] : []));
      expect(entered).toHaveLength(1);
      const others = decisions.filter(({ kind }) => kind === 'already');
      expect(others).toHaveLength(4);
      const outcome = (await stage.jobs.read(stage.id))?.outcome;
      for (const other of others)
        expect(other).toEqual({ kind: 'already', state: 'deciding', outcome, at: entered[0] });
    });

    test('while an export is decided no work on it is taken or accepted', async () => {
      await stage.plan(2);
      const lease = await stage.take('shard-0');
      await stage.jobs.decide(stage.id, cancelled);
      const closed = { kind: 'closed', state: 'deciding', outcome: 'cancelled' };
      for (const step of ['plan', 'shard-0', 'shard-1', 'finalize'] as const) {
        expect(await stage.claim(step)).toEqual(closed);
      }
      const fenced = { kind: 'fenced' };
      expect(await stage.jobs.heartbeat(lease, 1_000)).toEqual(fenced);
      expect(await stage.jobs.commitPart(lease, cut(0, 0, 50))).toEqual(fenced);
      expect(await stage.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 0 }))).toEqual(fenced);
      expect(await stage.jobs.release(lease, { kind: 'handback' })).toEqual(fenced);
      expect(await stage.jobs.activate(stage.id)).toBe('refused');
    });

    test('planning stops when an export is decided', async () => {
      await stage.accept();
      const lease = await stage.take('plan');
      await stage.jobs.decide(stage.id, cancelled);
      expect(await stage.jobs.planSlice(lease, { first: 0, starts: [0] })).toEqual({ kind: 'fenced' });
    });

    test('an export that waits can be cancelled, and was never started', async () => {
      await stage.accept();
      expect(await stage.jobs.decide(stage.id, cancelled)).toMatchObject({ kind: 'deciding' });
      expect((await stage.jobs.read(stage.id))?.startedAt).toBeUndefined();
    });

    test.each(OUTCOMES)(
      'what the manifest names is settled as %s, whatever was being decided',
      async (outcome) => {
        await stage.plan(1);
        await stage.jobs.decide(stage.id, { outcome: 'failed', failure: disk, nonce: 'w' });
        expect(await stage.jobs.settle(stage.id, ended(outcome))).toBe('settled');
        const record = await stage.jobs.read(stage.id);
        expect(record).toMatchObject({ state: outcome, outcome, endedAt: 1_000, expiresAt: 2_000 });
        expect(record?.failure).toEqual(outcome === 'failed' ? disk : undefined);
      },
    );

    test('an export whose decision was forgotten is settled from its manifest', async () => {
      await stage.plan(1);
      expect(await stage.jobs.settle(stage.id, ended('completed'))).toBe('settled');
      expect(await stage.jobs.read(stage.id)).toMatchObject({ state: 'completed' });
    });

    test.each(OUTCOMES)('%s never changes', async (outcome) => {
      await stage.plan(1);
      const lease = await stage.take('shard-0');
      await stage.jobs.settle(stage.id, ended(outcome));
      const before = await stage.jobs.read(stage.id);

      expect(await stage.jobs.settle(stage.id, { ...ended(outcome), endedAt: 5, expiresAt: 6 })).toBe(
        'settled',
      );
      for (const other of OUTCOMES.filter((name) => name !== outcome)) {
        expect(await stage.jobs.settle(stage.id, ended(other))).toBe('refused');
      }
      const already = { kind: 'already', state: outcome, outcome, at: 1_000 };
      expect(await stage.jobs.decide(stage.id, cancelled)).toEqual(already);
      expect(await stage.jobs.decide(stage.id, { outcome: 'completed', lease })).toEqual(already);
      expect(await stage.claim('shard-0')).toEqual({ kind: 'closed', state: outcome, outcome });
      expect(await stage.jobs.commitPart(lease, cut(0, 0, 50))).toEqual({ kind: 'fenced' });
      expect(await stage.jobs.heartbeat(lease, 1_000)).toEqual({ kind: 'fenced' });
      expect(await stage.jobs.activate(stage.id)).toBe('refused');
      await stage.jobs.discard(stage.id);
      expect(await stage.jobs.read(stage.id)).toEqual(before);
    });

    test('an export that is being prepared is not settled, and an unknown one is gone', async () => {
      expect(await stage.jobs.settle(stage.id, ended('cancelled'))).toBe('gone');
      await stage.jobs.create({ id: stage.id, tenant: 'default', client: 'anonymous' });
      expect(await stage.jobs.settle(stage.id, ended('cancelled'))).toBe('refused');
    });

    test('an export expires when it is over, and may be asked to again', async () => {
      await stage.plan(1);
      expect(await stage.jobs.expire(stage.id)).toBe(false);
      await stage.jobs.decide(stage.id, cancelled);
      expect(await stage.jobs.expire(stage.id)).toBe(false);
      await stage.jobs.settle(stage.id, ended('cancelled'));
      expect(await stage.jobs.expire(stage.id)).toBe(true);
      expect(await stage.jobs.read(stage.id)).toBeUndefined();
      expect(await stage.claim('shard-0')).toEqual({ kind: 'gone' });
      expect(await stage.jobs.expire(stage.id)).toBe(true);
    });
  });
}
