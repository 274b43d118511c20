import * as z from 'zod';
import type { LogEvent } from '../log-event.js';

const startSchema = z.object({ msg: z.literal('shard started'), offset: z.number() });

/** Counts the starts of shards in the logs of workers, by where they start. */
export interface ShardStarts {
  readonly count: number;
  /** Sum of the offsets that attempts begin at. */
  readonly offsets: number;
  add(event: LogEvent): void;
}

export function createShardStarts(): ShardStarts {
  let count = 0;
  let offsets = 0;
  return {
    get count() {
      return count;
    },
    get offsets() {
      return offsets;
    },
    add(event) {
      const start = startSchema.safeParse(event);
      if (!start.success) return;
      count += 1;
      offsets += start.data.offset;
    },
  };
}
