import { duration, wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

export const pollingSection = z
  .object({
    POLL_RETRY_MIN: duration({ min: '1s', fallback: '1s' }).describe(
      'Shortest `Retry-After` that a poll is told, in whole seconds. Young exports are told this.',
    ),
    POLL_RETRY_MAX: duration({ min: '1s', fallback: '30s' }).describe(
      'Longest `Retry-After` that a poll is told, in whole seconds. In between it is half of the estimated time that is left, or a tenth of the age of the export while that is not known.',
    ),
    POLL_THROTTLE_FACTOR: wholeNumberVariable({ min: 0, max: 10_000, fallback: 20 }).describe(
      'A client may poll an export this many times more often than `Retry-After` says, and twice a second in any case. Further polls are answered with 429. 0 means no limit.',
    ),
    POLL_THROTTLE_BURST: wholeNumberVariable({ min: 1, max: 1_000_000, fallback: 200 }).describe(
      'Polls of one export that a client may make at once before that counts.',
    ),
    POLLS_PER_MINUTE: wholeNumberVariable({ min: 0, max: 10_000_000, fallback: 0 }).describe(
      'Most polls of one tenant in a minute, at all instances together; a further one is answered with 429. 0 means no limit.',
    ),
  })
  .transform((env) => ({
    // Twice a second is always allowed: `packages/jobstore/src/limits.ts`.
    throttle:
      env.POLL_THROTTLE_FACTOR === 0
        ? undefined
        : { factor: env.POLL_THROTTLE_FACTOR, burst: env.POLL_THROTTLE_BURST },
    perMinute: env.POLLS_PER_MINUTE,
    pace: {
      minSeconds: Math.ceil(env.POLL_RETRY_MIN / 1000),
      maxSeconds: Math.ceil(env.POLL_RETRY_MAX / 1000),
    },
  }))
  .describe('Polls');
