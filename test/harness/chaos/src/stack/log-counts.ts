import { readLogLine } from '@millrace/local-stack';
import * as z from 'zod';

/** Counts of the events in the logs of the services. */
export interface LogCounts {
  shardsStarted: number;
  /** Shards that were taken up where another attempt had left them. */
  shardsResumed: number;
  /** Shards that were taken up where the attempt before had begun. */
  shardsRepeated: number;
  writesFenced: number;
  leasesLost: number;
  handedBack: number;
  deliveredAgain: number;
  manifestsAdopted: number;
  kickOffsUndone: number;
}

export interface LogCounter {
  readonly counts: Readonly<LogCounts>;
  /** Counts one line of a service's log. Lines that are not events do not count. */
  add(line: string): void;
}

const eventSchema = z.object({
  msg: z.string(),
  exportId: z.string().optional(),
  step: z.string().optional(),
  offset: z.number().optional(),
  commit: z.string().optional(),
});

const COUNTED: Readonly<Record<string, keyof LogCounts>> = {
  'write refused': 'writesFenced',
  'lease lost': 'leasesLost',
  'shard handed back': 'handedBack',
  'message delivered again': 'deliveredAgain',
  'kick-off undone': 'kickOffsUndone',
};

export function createLogCounter(): LogCounter {
  const counts: LogCounts = {
    shardsStarted: 0,
    shardsResumed: 0,
    shardsRepeated: 0,
    writesFenced: 0,
    leasesLost: 0,
    handedBack: 0,
    deliveredAgain: 0,
    manifestsAdopted: 0,
    kickOffsUndone: 0,
  };
  const reached = new Map<string, number>();

  function countStart(shard: string, offset: number): void {
    const before = reached.get(shard);
    reached.set(shard, offset);
    if (before === undefined) counts.shardsStarted += 1;
    else if (offset > before) counts.shardsResumed += 1;
    else counts.shardsRepeated += 1;
  }

  return {
    counts,
    add(line) {
      const event = eventSchema.safeParse(readLogLine(line));
      if (!event.success) return;
      const { msg, exportId = '', step = '', offset = 0, commit } = event.data;
      const counted = COUNTED[msg];
      if (counted !== undefined) counts[counted] += 1;
      if (msg === 'shard started') countStart(`${exportId}/${step}`, offset);
      if (msg === 'manifest stored' && commit === 'adopted') counts.manifestsAdopted += 1;
    },
  };
}
