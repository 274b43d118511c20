import { partSchema, shardStepId } from '@millrace/export';
import type { Committed, Cut, Fenced, Gap, Lease, Part, StepCommits, StepId, Tally } from '@millrace/export';
import * as z from 'zod';
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

export function redisCommits({ keys, run }: StoreAccess): StepCommits {
  const keysOf = ({ exportId, step }: Lease) => [keys.export(exportId), keys.step(exportId, step)];
  async function commit(
    script: 'commit-part' | 'commit-shard',
    lease: Lease,
    cut: Cut,
    more: readonly (number | string)[],
  ): Promise<Committed | Gap | Fenced> {
    requireForward(cut);
    const reply = await run(
      script,
      [...keysOf(lease), keys.parts(lease.exportId, lease.step)],
      [
        lease.token,
        lease.nonce,
        cut.cut,
        cut.from,
        cut.to,
        JSON.stringify(cut.parts),
        ...amounts(cut),
        ...more,
      ],
    );
    switch (reply[0]) {
      case 'gap':
        return { kind: reply[0], checkpoint: { cuts: reply[1], offset: reply[2] } };
      case 'committed':
        return { kind: reply[0], rowsWritten: reply[1], bytesWritten: reply[2], filesWritten: reply[3] };
      case 'fenced':
        return { kind: reply[0] };
      default:
        return reply[0] satisfies never;
    }
  }
  /** Steps of a lot, from the first on; `parts` throws where Redis does not have all that it counts. */
  async function readParts(exportId: string, lot: readonly StepId[]) {
    const listed = lot.flatMap((step) => [keys.parts(exportId, step), keys.step(exportId, step)]);
    const [, ...read] = await run('read-parts', listed, [MOST_CUTS]);
    return lot.slice(0, read.length / 3).map((step, at) => {
      const [cuts, counted, state] = read.slice(3 * at, 3 * at + 3);
      const key = keys.parts(exportId, step);
      return { isDone: state === 'done', parts: () => partsOf(key, cuts, counted) };
    });
  }
  return {
    async planSlice(lease, { first, starts, complete }) {
      requirePlanSlice(lease, starts.length);
      const id = lease.exportId;
      const steps = starts.map((_, at) => keys.step(id, shardStepId(first + at)));
      const stages = complete === undefined ? '' : complete.stages.join(',') || '0';
      const passes = (complete?.passes ?? [])
        .map(({ shards, subjects }) => `${shards}/${subjects}`)
        .join(',');
      const reply = await run(
        'plan-slice',
        [...keysOf(lease), ...steps],
        [lease.token, lease.nonce, first, stages, complete?.bytesTotal ?? 0, passes, ...starts],
      );
      if (reply[0] === 'mismatch') throw planMismatch(first, starts.length, reply[1]);
      return { kind: reply[0] };
    },
    async commitPart(lease, cut) {
      requireStepWithParts(lease);
      return commit('commit-part', lease, cut, []);
    },
    async commitShard(lease, last, pass) {
      requireShard(lease);
      return commit('commit-shard', lease, last, [pass ?? '']);
    },
    async parts(exportId, steps) {
      const read = await inLots(steps, (lot) => readParts(exportId, lot));
      return read.map(({ parts }) => parts());
    },
    async doneParts(exportId, steps) {
      const read = await readParts(exportId, steps.slice(0, STEPS_PER_SCRIPT));
      const open = read.findIndex(({ isDone }) => !isDone);
      return (open < 0 ? read : read.slice(0, open)).map(({ parts }) => parts());
    },
    tallies(exportId, steps) {
      return inLots(steps, async (lot) => {
        const [, ...read] = await run(
          'read-steps',
          lot.map((step) => keys.step(exportId, step)),
          [],
        );
        return read.map(tallyIn);
      });
    },
  };
}

/** Steps that one script reads at most: it holds Redis for well under a millisecond. */
const STEPS_PER_SCRIPT = 100;

/** Cuts after which a script reads no further step. A cut has the keys of up to eight parts. */
const MOST_CUTS = 1_000;

/** @param read gives what it found for the first steps of a lot, at least for one */
async function inLots<Found>(
  steps: readonly StepId[],
  read: (lot: readonly StepId[]) => Promise<readonly Found[]>,
): Promise<Found[]> {
  const found: Found[] = [];
  while (found.length < steps.length) {
    const lot = steps.slice(found.length, found.length + STEPS_PER_SCRIPT);
    for (const one of await read(lot)) found.push(one);
  }
  return found;
}

function amounts({ parts, replaced, bytesRead, tally }: Cut): (number | string)[] {
  const rows = parts.reduce((sum, part) => sum + part.rows, -(replaced?.rows ?? 0));
  const bytes = parts.reduce((sum, part) => sum + part.bytes, -(replaced?.bytes ?? 0));
  const { skippedLines, firstSkipped = '', otherTypes, undated } = tally;
  const others = Object.entries(otherTypes).map(([type, count]) => `${type}=${count}`);
  const ofUndated = [undated?.count ?? 0, undated?.first ?? ''];
  const files = [parts.length - (replaced?.files ?? 0), parts.at(-1)?.subject ?? ''];
  return [bytesRead, rows, bytes, skippedLines, firstSkipped, others.join(' '), ...ofUndated, ...files];
}

const partsText = jsonText(z.array(partSchema));

function partsOfCut(key: string, text: string) {
  const parsed = partsText.safeParse(text);
  if (!parsed.success)
    throw new CorruptStoreError(key, z.prettifyError(parsed.error), { cause: parsed.error });
  return parsed.data;
}

/** @throws CorruptStoreError */
function partsOf(key: string, cuts: unknown, counted: unknown): Part[] {
  // A step that is gone counts no cuts: without this check, its missing parts would go unnoticed.
  if (!Array.isArray(cuts) || cuts.length !== counted) {
    const found = Array.isArray(cuts) ? cuts.length : 0;
    const counts = typeof counted === 'number' ? String(counted) : 'an unknown number';
    throw new CorruptStoreError(key, `it has the parts of ${found} cuts, of ${counts} that were committed`);
  }
  return cuts.flatMap((cut) => partsOfCut(key, String(cut)));
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
