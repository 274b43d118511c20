import * as z from 'zod';

/** The members of a job of BullMQ, as `Job.toJSON` gives them. */
export type JobMembers = Readonly<Record<string, unknown>>;

/** An id or a name that code gives, in one word. */
const word = z
  .string()
  .regex(/^[\w.:-]{1,160}$/)
  .optional()
  .catch(undefined);
const count = z.number().optional().catch(undefined);

const optionsSchema = z.object({
  attempts: count,
  delay: count,
  priority: count,
  repeat: z.object({ every: count, count }).optional().catch(undefined),
});

/** The ids of a message of the queue `export`; messages of the queue `maintenance` have none. */
const messageSchema = z.object({
  exportId: z
    .string()
    .regex(/^[0-9a-f]{32}$/)
    .optional()
    .catch(undefined),
  step: z
    .string()
    .regex(/^(plan|finalize|shard-\d{1,9})$/)
    .optional()
    .catch(undefined),
});

const jobSchema = z.object({
  id: word,
  name: word.transform((name) => name ?? 'hidden'),
  timestamp: count,
  processedOn: count,
  finishedOn: count,
  processedBy: word,
  attemptsMade: count,
  attemptsStarted: count,
  stalledCounter: count,
  delay: count,
  priority: count,
  repeatJobKey: word,
  data: messageSchema.catch({}),
  opts: optionsSchema.catch({}),
});

/** The reasons that Millrace and BullMQ give. Any other text might quote data. */
const KNOWN_REASON = /^(Processing threw \w{1,80}\.|job stalled more than allowable limit)$/;
const UNKNOWN_REASON = 'The reason is not shown here; the log of the worker has it.';

/** A job as the board shows it: ids, names, times and counts. Whatever else it carries is left out. */
export function shownJob(job: JobMembers): JobMembers {
  const { failedReason } = job;
  return {
    ...jobSchema.parse(job),
    progress: 0,
    stacktrace: [],
    failedReason:
      typeof failedReason === 'string' && failedReason !== '' ? shownReason(failedReason) : undefined,
  };
}

function shownReason(reason: string): string {
  return KNOWN_REASON.test(reason) ? reason : UNKNOWN_REASON;
}
