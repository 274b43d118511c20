import { partSchema, shardStep } from '@millrace/export';
import type { Committed, Cut, Fenced, Gap, Lease, StepCommits, Tally } from '@millrace/export';
import { inFewWrites } from '@millrace/redis';
import { z } from 'zod';
import { CorruptStoreError } from './errors.js';
import { jsonText } from './json-text.js';
import type { StoreAccess } from './store-access.js';
import {
  planMismatch,
  requireForward,
  requirePlanSlice,
  requireShard,
  requireStepWithParts,
} from './usage.js';

export function redisCommits({ redis, keys, run }: StoreAccess): StepCommits {
  const keysOf = ({ exportId, step }: Lease) => [keys.export(exportId), keys.step(exportId, step)];
  async function commit(
    script: 'commit-part' | 'commit-shard',
    lease: Lease,
    cut: Cut,
  ): Promise<Committed | Gap | Fenced> {
    requireForward(cut);
    const reply = await run(
      script,
      [...keysOf(lease), keys.parts(lease.exportId, lease.step)],
      [lease.token, lease.nonce, cut.cut, cut.from, cut.to, JSON.stringify(cut.parts), ...amounts(cut)],
    );
    switch (reply[0]) {
      case 'gap':
        return { kind: reply[0], checkpoint: { cuts: reply[1], offset: reply[2] } };
      case 'committed':
        return { kind: reply[0], rowsWritten: reply[1], bytesWritten: reply[2] };
      case 'fenced':
        return { kind: reply[0] };
      default:
        return reply[0] satisfies never;
    }
  }
  return {
    async planSlice(lease, { first, starts, complete }) {
      requirePlanSlice(lease, starts.length);
      const id = lease.exportId;
      const shards = starts.map((_, at) => keys.step(id, shardStep(first + at)));
      const stages = complete === undefined ? '' : complete.stages.join(',') || '0';
      const reply = await run(
        'plan-slice',
        [...keysOf(lease), ...shards],
        [lease.token, lease.nonce, first, stages, complete?.bytesTotal ?? 0, ...starts],
      );
      if (reply[0] === 'mismatch') throw planMismatch(first, starts.length, reply[1]);
      return { kind: reply[0] };
    },
    async commitPart(lease, cut) {
      requireStepWithParts(lease);
      return commit('commit-part', lease, cut);
    },
    async commitShard(lease, last) {
      requireShard(lease);
      return commit('commit-shard', lease, last);
    },
    async parts(exportId, steps) {
      const listed = steps.map((step) => ({ step, key: keys.parts(exportId, step) }));
      const answers = await inFewWrites(
        redis,
        listed.flatMap(({ step, key }) => [
          ['lrange', key, 0, -1],
          ['hget', keys.step(exportId, step), 'cuts'],
        ]),
      );
      return listed.map(({ key }, at) => {
        const [cuts, counted] = answers.slice(2 * at, 2 * at + 2) as [string[], string | null];
        // A step that is gone counts nothing: what it had would be missing without anybody noticing.
        if (counted === null || cuts.length !== Number(counted)) {
          throw new CorruptStoreError(
            key,
            `it has the parts of ${cuts.length} cuts, of ${counted ?? 'an unknown number'} that were committed`,
          );
        }
        return cuts.flatMap((cut) => partsOfCut(key, cut));
      });
    },
    async tallies(exportId, steps) {
      const answers = await inFewWrites(
        redis,
        steps.map((step) => ['hgetall', keys.step(exportId, step)]),
      );
      return answers.map((fields) => tallyIn(fields as Record<string, string>));
    },
  };
}

function amounts({ parts, bytesRead, tally }: Cut): (number | string)[] {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const { skippedLines, firstSkipped = '', otherTypes, undated } = tally;
  const others = Object.entries(otherTypes).map(([type, count]) => `${type}=${count}`);
  const ofUndated = [undated?.count ?? 0, undated?.first ?? ''];
  return [bytesRead, rows, bytes, skippedLines, firstSkipped, others.join(' '), ...ofUndated];
}

const partsText = jsonText(z.array(partSchema));

function partsOfCut(key: string, text: string) {
  const parsed = partsText.safeParse(text);
  if (!parsed.success)
    throw new CorruptStoreError(key, z.prettifyError(parsed.error), { cause: parsed.error });
  return parsed.data;
}

const OTHER_TYPE = /^other:([A-Za-z]*)$/;

/** Steps of a version that kept no tallies have none of the fields. */
function tallyIn(step: Readonly<Record<string, string>>): Tally {
  const { skippedLines = '0', firstSkipped, undated, firstUndated } = step;
  const others = Object.entries(step).flatMap(([field, count]) => {
    const type = OTHER_TYPE.exec(field)?.[1];
    return type === undefined ? [] : [[type, Number(count)] as const];
  });
  return {
    skippedLines: Number(skippedLines),
    ...(firstSkipped === undefined ? {} : { firstSkipped: Number(firstSkipped) }),
    otherTypes: Object.fromEntries(others),
    ...(undated === undefined
      ? {}
      : { undated: { count: Number(undated), first: Number(firstUndated ?? 0) } }),
  };
}
