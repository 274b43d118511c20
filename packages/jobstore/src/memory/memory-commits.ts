import {
  EMPTY_TALLY,
  shardStepId,
  sumTallies,
  type Committed,
  type Cut,
  type Gap,
  type StepCommits,
} from '@millrace/export';
import {
  planMismatch,
  requireForward,
  requirePlanSlice,
  requireShard,
  requireStepWithParts,
} from '../usage.js';
import {
  heldStep,
  waitingStep,
  type HeldStep,
  type Memory,
  type StoredExport,
  type StoredStep,
} from './memory-state.js';
import { leave, openNext } from './waiting-steps.js';

export function memoryCommits(memory: Memory): StepCommits {
  return {
    async planSlice(lease, { first, starts, complete }) {
      requirePlanSlice(lease, starts.length);
      const found = heldStep(memory, lease);
      if (!found) return { kind: 'fenced' };
      const { stored, held } = found;
      if (held.state === 'done') return { kind: 'planned' };
      if (held.state !== 'running') return { kind: 'fenced' };

      if (first > stored.shardsPlanned) throw planMismatch(first, starts.length, stored.shardsPlanned);
      const planned = first === 0 ? starts.length : Math.max(stored.shardsPlanned, first + starts.length);
      const staged = complete?.stages.reduce((sum, count) => sum + count, 0) ?? planned;
      if (staged !== planned) throw planMismatch(first, starts.length, planned);
      starts.forEach((start, at) => stored.steps.set(shardStepId(first + at), waitingStep(start)));
      stored.shardsPlanned = planned;
      if (!complete) return { kind: 'planned' };

      stored.record.shardsTotal = planned;
      stored.record.bytesTotal = complete.bytesTotal;
      stored.stages = complete.stages;
      if (complete.passes !== undefined) {
        stored.passes = complete.passes.map(({ shards, subjects }) => ({ left: shards, subjects }));
        const over = stored.passes.filter(({ left }) => left === 0);
        stored.record.subjectsDone = over.reduce((sum, { subjects }) => sum + subjects, 0);
      }
      stored.record.progressAt = memory.now();
      held.state = 'done';
      leave(memory, lease.exportId, lease.step);
      openNext(memory, stored);
      return { kind: 'planned' };
    },
    async commitPart(lease, cut) {
      requireStepWithParts(lease);
      requireForward(cut);
      const found = heldStep(memory, lease);
      if (found?.held.state !== 'running') return { kind: 'fenced' };
      const place = placeOf(cut, found.held);
      if (place === 'gap') return gapAt(found.held);
      if (place === 'next') recordCut(memory, found, cut);
      return committed(found);
    },
    async commitShard(lease, last, pass) {
      requireShard(lease);
      requireForward(last);
      const found = heldStep(memory, lease);
      if (!found || found.held.state === 'waiting') return { kind: 'fenced' };
      const { stored, held } = found;
      const place = placeOf(last, held);
      if (place === 'gap' || (place === 'next' && held.state === 'done')) return gapAt(held);
      if (held.state === 'done') return committed(found);
      if (place === 'next') recordCut(memory, found, last);
      held.state = 'done';
      leave(memory, lease.exportId, lease.step);
      completePass(stored, pass);
      stored.record.shardsDone += 1;
      if (stored.record.shardsDone === stored.shardsOpen) openNext(memory, stored);
      return committed(found);
    },
    async parts(exportId, steps) {
      const stored = memory.exports.get(exportId);
      return steps.map((step) => [...(stored?.steps.get(step)?.parts ?? [])]);
    },
    async doneParts(exportId, steps) {
      const stored = memory.exports.get(exportId);
      const found = steps.map((step) => stored?.steps.get(step));
      const open = found.findIndex((step) => step?.state !== 'done');
      return (open < 0 ? found : found.slice(0, open)).map((step) => [...(step?.parts ?? [])]);
    },
    async tallies(exportId, steps) {
      const stored = memory.exports.get(exportId);
      return steps.map((step) => stored?.steps.get(step)?.tally ?? EMPTY_TALLY);
    },
  };
}

/** The last shard of a pass completes its subjects. */
function completePass({ passes, record }: StoredExport, index: number | undefined): void {
  const pass = index === undefined ? undefined : passes[index];
  if (pass === undefined) return;
  pass.left -= 1;
  if (pass.left === 0) record.subjectsDone = (record.subjectsDone ?? 0) + pass.subjects;
}

/** How a cut relates to the stored state of its step. */
function placeOf({ cut, from, to }: Cut, held: StoredStep): 'next' | 'repeated' | 'gap' {
  if (cut === held.cuts && from === held.offset) return 'next';
  const isLast = cut + 1 === held.cuts && from === held.lastCut?.from && to === held.offset;
  return isLast && held.lastCut?.token === held.token ? 'repeated' : 'gap';
}

function gapAt({ cuts, offset }: StoredStep): Gap {
  return { kind: 'gap', checkpoint: { cuts, offset } };
}

function committed({ stored: { record } }: HeldStep): Committed {
  const { rowsWritten, bytesWritten, filesWritten = 0 } = record;
  return { kind: 'committed', rowsWritten, bytesWritten, filesWritten };
}

function recordCut(memory: Memory, { stored, held }: HeldStep, cut: Cut): void {
  const { from, to, parts, replaced, bytesRead, tally } = cut;
  held.cuts += 1;
  held.offset = to;
  held.lastCut = { from, token: held.token };
  if (to > from) {
    held.attempts = 0;
    held.failure = undefined;
    held.postponed = undefined;
  }
  held.tally = sumTallies([held.tally, tally]);
  stored.record.progressAt = memory.now();
  stored.record.bytesRead += bytesRead;
  stored.record.skippedLines += tally.skippedLines;
  stored.record.filesWritten = (stored.record.filesWritten ?? 0) + parts.length - (replaced?.files ?? 0);
  stored.record.rowsWritten -= replaced?.rows ?? 0;
  stored.record.bytesWritten -= replaced?.bytes ?? 0;
  for (const part of parts) {
    const { subject, rows, bytes } = part;
    stored.record.latestSubject = subject;
    held.parts.push(part);
    stored.record.rowsWritten += rows;
    stored.record.bytesWritten += bytes;
  }
}
