import { shardStep, type Cut, type StepCommits } from '@millrace/export';
import {
  planMismatch,
  requireForward,
  requireLeadingTo,
  requirePlanSlice,
  requireShard,
  requireStepWithParts,
} from '../usage.js';
import { heldStep, waitingStep, type HeldStep, type Memory } from './memory-state.js';
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
      starts.forEach((start, at) => stored.steps.set(shardStep(first + at), waitingStep(start)));
      stored.shardsPlanned = planned;
      if (!complete) return { kind: 'planned' };

      stored.record.shardsTotal = planned;
      stored.record.bytesTotal = complete.bytesTotal;
      stored.stages = complete.stages;
      stored.record.progressAt = memory.now();
      held.state = 'done';
      leave(memory, lease.exportId, lease.step, stored.record.tenant);
      openNext(memory, stored);
      return { kind: 'planned' };
    },
    async commitPart(lease, recorded) {
      const { cut, from, to } = recorded;
      requireStepWithParts(lease);
      requireForward({ cut, from, to });
      const found = heldStep(memory, lease);
      if (found?.held.state !== 'running') return { kind: 'fenced' };
      const { held } = found;
      if (cut !== held.cuts || from !== held.offset) {
        const isLast = cut + 1 === held.cuts && from === held.lastCut?.from && to === held.offset;
        if (isLast && held.lastCut?.token === held.token) return { kind: 'committed' };
        return { kind: 'gap', checkpoint: { cuts: held.cuts, offset: held.offset } };
      }
      recordCut(memory, found, recorded);
      return { kind: 'committed' };
    },
    async commitShard(lease, at, last) {
      requireShard(lease);
      requireLeadingTo(at, last);
      const found = heldStep(memory, lease);
      if (!found || found.held.state === 'waiting') return { kind: 'fenced' };
      const { stored, held } = found;
      const isThere = at.cuts === held.cuts && at.offset === held.offset;
      if (held.state === 'done' && isThere) return { kind: 'committed' };
      if (held.state === 'running' && last?.cut === held.cuts && last.from === held.offset) {
        recordCut(memory, found, last);
      } else if (last !== undefined || !isThere) {
        return { kind: 'gap', checkpoint: { cuts: held.cuts, offset: held.offset } };
      }
      held.state = 'done';
      stored.record.progressAt = memory.now();
      leave(memory, lease.exportId, lease.step, stored.record.tenant);
      stored.record.shardsDone += 1;
      if (stored.record.shardsDone === stored.shardsOpen) openNext(memory, stored);
      return { kind: 'committed' };
    },
    async parts(exportId, steps) {
      const stored = memory.exports.get(exportId);
      return steps.map((step) => [...(stored?.steps.get(step)?.parts ?? [])]);
    },
  };
}

function recordCut(memory: Memory, { stored, held }: HeldStep, cut: Cut): void {
  const { from, to, parts, bytesRead, skippedLines } = cut;
  held.cuts += 1;
  held.offset = to;
  held.lastCut = { from, token: held.token };
  if (to > from) {
    held.attempts = 0;
    held.failure = undefined;
  }
  held.parts.push(...parts);
  stored.record.progressAt = memory.now();
  stored.record.bytesRead += bytesRead;
  stored.record.skippedLines += skippedLines;
  for (const { rows, bytes } of parts) {
    stored.record.rowsWritten += rows;
    stored.record.bytesWritten += bytes;
  }
}
