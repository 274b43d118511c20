import { afterEach, describe, expect, test } from '@jest/globals';
import type { DispatchedStep } from '@millrace/export';
import { LONG_MS, emptyCut, setStage, type MakeStore, type Stage, type StoreUnderTest } from './stage.js';

/** One client must not hold all slots while another one waits. */
export function clientStories(make: MakeStore): void {
  describe('clients of a tenant', () => {
    let store: StoreUnderTest;
    const open = async (slots: number, limits: Parameters<MakeStore>[0] = {}) => {
      store = await make(limits);
      await store.jobs.registerWorker({ id: 'w1', slots, forMs: LONG_MS });
    };
    afterEach(() => store.close());

    async function planned(client: string, shards: number): Promise<Stage> {
      const stage = await setStage(store.jobs, { client });
      await stage.plan(shards);
      return stage;
    }
    const shareOf = (stage: Stage, given: readonly DispatchedStep[]) =>
      given.filter(({ exportId }) => exportId === stage.id).length;

    test('have the same share, however many exports each has', async () => {
      await open(1000);
      const many = [await planned('a', 50), await planned('a', 50), await planned('a', 50)];
      const one = await planned('b', 50);
      const given = await store.jobs.dispatch(60);
      expect(shareOf(one, given)).toBe(30);
      expect(many.map((stage) => shareOf(stage, given))).toEqual([10, 10, 10]);
    });

    test('share the turns of their tenant, and take none from other tenants', async () => {
      await open(1000);
      const clients = await Promise.all(['a', 'b', 'c'].map((client) => planned(client, 50)));
      const other = await setStage(store.jobs, { tenant: 'other' });
      await other.plan(50);
      const given = await store.jobs.dispatch(60);
      expect(shareOf(other, given)).toBe(30);
      expect(clients.map((stage) => shareOf(stage, given))).toEqual([10, 10, 10]);
    });

    test('are told apart, for any names of them and their tenants', async () => {
      await open(1000);
      const stages = await Promise.all(
        [
          ['a', 'b:c'],
          ['a:b', 'c'],
          ['', 'a:b:c'],
        ].map(async ([tenant = '', client = '']) => {
          const stage = await setStage(store.jobs, { tenant, client });
          await stage.plan(10);
          return stage;
        }),
      );
      const given = await store.jobs.dispatch(9);
      expect(stages.map((stage) => shareOf(stage, given))).toEqual([3, 3, 3]);
    });

    test('a client that comes when the window is full gets one step in, and no more', async () => {
      await open(3);
      const first = await planned('a', 100);
      expect(shareOf(first, await store.jobs.dispatch(100))).toBe(6);
      const second = await planned('b', 100);
      expect(await store.jobs.dispatch(100)).toEqual([{ exportId: second.id, step: 'shard-0', round: 0 }]);
      expect(await store.jobs.dispatch(100)).toEqual([]);
      await second.finish('shard-0');
      expect(await store.jobs.dispatch(100)).toEqual([{ exportId: second.id, step: 'shard-1', round: 0 }]);
    });

    test('a client that holds more waits at the claim until the other has its step', async () => {
      await open(3);
      const first = await planned('a', 100);
      await store.jobs.dispatch(100);
      await first.take('shard-0');
      await first.take('shard-1');
      const second = await planned('b', 100);
      await store.jobs.dispatch(100);
      // A slot is free, and the messages of the first client come before that of the second.
      expect(await first.claim('shard-2')).toEqual({ kind: 'full' });
      await second.take('shard-0');
      expect(await first.claim('shard-3')).toMatchObject({ kind: 'claimed' });
    });

    test('a client that holds no more than the other takes the first step', async () => {
      await open(4);
      const [first, second] = [await planned('a', 100), await planned('b', 100)];
      await store.jobs.dispatch(100);
      await first.take('shard-0');
      await second.take('shard-0');
      expect(await first.claim('shard-1')).toMatchObject({ kind: 'claimed' });
      expect(await first.claim('shard-2')).toEqual({ kind: 'full' });
      expect(await second.claim('shard-1')).toMatchObject({ kind: 'claimed' });
    });

    test('a client that holds an eighth more does not wait, and one that holds more than that does', async () => {
      await open(40);
      const [first, second] = [await planned('a', 100), await planned('b', 100)];
      await store.jobs.dispatch(100);
      for (let shard = 0; shard < 7; shard += 1) {
        await first.take(`shard-${shard}`);
        await second.take(`shard-${shard}`);
      }
      await first.take('shard-7');
      expect(await first.claim('shard-8')).toMatchObject({ kind: 'claimed' });
      expect(await first.claim('shard-9')).toEqual({ kind: 'full' });
      expect(await second.claim('shard-7')).toMatchObject({ kind: 'claimed' });
      expect(await first.claim('shard-9')).toMatchObject({ kind: 'claimed' });
    });

    test('one that is alone may have everything', async () => {
      await open(3, { turnMs: 0 });
      const alone = await planned('a', 10);
      await store.jobs.dispatch(100);
      const leases = [await alone.take('shard-0'), await alone.take('shard-1'), await alone.take('shard-2')];
      await store.elapse(5);
      for (const lease of leases) {
        expect(await store.jobs.heartbeat(lease, LONG_MS)).toEqual({ kind: 'extended' });
      }
    });

    test('whose turn is over is asked for as many slots as others wait for', async () => {
      await open(3, { turnMs: 40 });
      const first = await planned('a', 100);
      await store.jobs.dispatch(100);
      const leases = [await first.take('shard-0'), await first.take('shard-1'), await first.take('shard-2')];
      const beats = () => Promise.all(leases.map((lease) => store.jobs.heartbeat(lease, LONG_MS)));
      const second = await planned('b', 1);
      await store.jobs.dispatch(100);
      await store.elapse(45);
      const wanted = (await beats()).flatMap((beat, at) => ('isWanted' in beat ? [at] : []));
      expect(wanted).toHaveLength(1);
      // It is asked again as long as it has not handed back.
      expect((await beats()).map((beat) => 'isWanted' in beat)).toEqual(
        [0, 1, 2].map((at) => wanted.includes(at)),
      );

      const given = leases[wanted[0] ?? 0];
      if (given === undefined) throw new Error('nobody was asked');
      await store.jobs.release(given, { kind: 'handback' });
      expect(await first.claim('shard-3')).toEqual({ kind: 'full' });
      await second.take('shard-0');
      expect((await beats()).map(({ kind }) => kind).sort()).toEqual(['extended', 'extended', 'fenced']);
    });

    test('is not asked before its turn has ended, nor for steps without cuts: its plan and its end', async () => {
      await open(1, { turnMs: 60_000 });
      const first = await planned('a', 2);
      await store.jobs.dispatch(100);
      const lease = await first.take('shard-0');
      const other = await planned('b', 1);
      await store.jobs.dispatch(100);
      await store.elapse(30);
      expect(await store.jobs.heartbeat(lease, LONG_MS)).toEqual({ kind: 'extended' });
      await other.take('shard-0');
      await store.close();

      await open(1, { turnMs: 0 });
      const planning = await setStage(store.jobs, { client: 'a' });
      await planning.accept();
      await store.jobs.dispatch(100);
      const plan = await planning.take('plan');
      await planned('b', 1);
      await store.jobs.dispatch(100);
      await store.elapse(30);
      expect(await store.jobs.heartbeat(plan, LONG_MS)).toEqual({ kind: 'extended' });
    });

    test('does not wait for one whose message is lost', async () => {
      await open(3, { deliveryMs: 30 });
      const first = await planned('a', 100);
      await store.jobs.dispatch(100);
      await first.take('shard-0');
      await planned('b', 1);
      await store.jobs.dispatch(100);
      expect(await first.claim('shard-1')).toEqual({ kind: 'full' });
      await store.elapse(35);
      expect(await first.claim('shard-2')).toMatchObject({ kind: 'claimed' });
    });

    test('leave nothing in the way of others when their exports are over', async () => {
      await open(2, { turnMs: 0 });
      const [first, second] = [await planned('a', 10), await planned('b', 10)];
      await store.jobs.dispatch(100);
      await store.jobs.decide(second.id, { outcome: 'cancelled', nonce: 'n' });
      const lease = await first.take('shard-0');
      expect(await first.claim('shard-1')).toMatchObject({ kind: 'claimed' });
      await store.elapse(5);
      expect(await store.jobs.heartbeat(lease, LONG_MS)).toEqual({ kind: 'extended' });
      await store.jobs.commitShard(lease, emptyCut({ cuts: 0, offset: 0 }));
    });
  });
}
