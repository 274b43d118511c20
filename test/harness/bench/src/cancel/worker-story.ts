import * as z from 'zod';
import type { LogEvent } from '../log-event.js';

const shardEventSchema = z.object({
  msg: z.enum(['shard started', 'shard committed', 'shard failed', 'step stopped', 'lease lost']),
  time: z.iso.datetime(),
  exportId: z.string(),
  step: z.string(),
});

/** The log events of a worker about its shards, by export. Times are in ms since the epoch. */
export interface WorkerStory {
  add(event: LogEvent): void;
  /** When the first shard of an export was started. */
  startedAt(exportId: string): number | undefined;
  /** When the last of the shards that ran was ended; undefined while one runs. */
  idleSince(exportId: string): number | undefined;
}

export function createWorkerStory(): WorkerStory {
  const started = new Map<string, number>();
  const ended = new Map<string, number>();
  const running = new Map<string, Set<string>>();
  return {
    add(event) {
      const shard = shardEventSchema.safeParse(event);
      if (!shard.success) return;
      const { msg, exportId, step } = shard.data;
      const at = Date.parse(shard.data.time);
      const steps = running.get(exportId) ?? new Set<string>();
      running.set(exportId, steps);
      if (msg === 'shard started') {
        steps.add(step);
        if (!started.has(exportId)) started.set(exportId, at);
      } else if (steps.delete(step)) {
        ended.set(exportId, at);
      }
    },
    startedAt: (exportId) => started.get(exportId),
    idleSince: (exportId) => ((running.get(exportId)?.size ?? 0) > 0 ? undefined : ended.get(exportId)),
  };
}
