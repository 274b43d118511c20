import { duration } from '@millrace/configuration';
import { z } from 'zod';

export const pollingSection = z
  .object({
    POLL_RETRY_MIN: duration({ min: '1s', fallback: '1s' }).describe(
      'Shortest `Retry-After` that a poll is told, in whole seconds. Young exports are told this.',
    ),
    POLL_RETRY_MAX: duration({ min: '1s', fallback: '30s' }).describe(
      'Longest `Retry-After` that a poll is told, in whole seconds. In between it is half of the estimated time that is left, or a tenth of the age of the export while that is not known.',
    ),
  })
  .transform((env) => ({
    pace: {
      minSeconds: Math.ceil(env.POLL_RETRY_MIN / 1000),
      maxSeconds: Math.ceil(env.POLL_RETRY_MAX / 1000),
    },
  }))
  .describe('Polls');
