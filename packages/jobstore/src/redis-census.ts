import type { CensusReads } from '@millrace/export';
import { decodeRecord } from './export-record.js';
import { fromPairs } from './from-pairs.js';
import type { StoreAccess } from './store-access.js';

export function redisCensus({ redis, keys, run }: StoreAccess): CensusReads {
  return {
    async liveExports(after, max) {
      const [, at, id] = /^(\d+):(.*)$/.exec(after ?? '') ?? ['', '-inf', ''];
      const [, lastAt, lastId, ...hashes] = await run('live-exports', [keys.live], [at ?? '', id ?? '', max]);
      const exports = hashes.map((hash) => decodeRecord(keys.export(hash['id'] ?? ''), hash));
      return { exports, next: lastId === '' ? undefined : `${lastAt}:${lastId}` };
    },
    async exportTotals() {
      const [, started, completed, failed, cancelled, unknown, running] = await run(
        'totals',
        [keys.live],
        [],
      );
      return { started, ended: { completed, failed, cancelled, unknown }, running };
    },
    async exportCounts() {
      const [live, ended] = await Promise.all([redis.zcard(keys.live), redis.zcard(keys.over)]);
      return { live, ended };
    },
    async knownWorkers() {
      const [found, slots, [seconds = 0]] = await Promise.all([
        redis.zrange(keys.workers, 0, -1, 'WITHSCORES'),
        redis.hgetall(keys.workerSlots),
        redis.time(),
      ]);
      return Object.entries(fromPairs(found))
        .map(([id, until]) => ({ id, slots: Number(slots[id] ?? 0), knownUntil: Number(until) }))
        .filter(({ knownUntil }) => knownUntil > Number(seconds) * 1_000)
        .sort((one, other) => (one.id < other.id ? -1 : 1));
    },
    async sentSteps(max) {
      const [, at, workers, ...steps] = await run('sent-steps', [keys.window, keys.workers], [max]);
      return { at, steps, workers: new Set(workers) };
    },
  };
}
