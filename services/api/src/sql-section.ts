import { duration, wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

/** The analysis of SQL at kick-off, in processes of its own. */
export const sqlSection = z
  .object({
    SQL_ANALYSTS: wholeNumberVariable({ min: 1, max: 64, fallback: 1 }).describe(
      'Processes that analyse the SQL of requests, each one request at a time. A process takes some 100 MB.',
    ),
    SQL_ANALYSIS_TIMEOUT: duration({ min: '100ms', fallback: '5s' }).describe(
      'Longest time of the analysis of one SQL subject. Its request is refused when it takes longer.',
    ),
    SQL_ANALYSES_WAITING: wholeNumberVariable({ min: 0, max: 100_000, fallback: 100 }).describe(
      'Analyses that wait for a process, in which clients take turns. Where there are more, one of the client with the most of them is answered with 503.',
    ),
    SQL_ANALYSIS_WAIT: duration({ min: '0s', fallback: '10s' }).describe(
      'Longest time that an analysis waits for a process. Then its request is answered with 503.',
    ),
  })
  .transform((env) => ({
    analysts: env.SQL_ANALYSTS,
    analysisMs: env.SQL_ANALYSIS_TIMEOUT,
    mostWaiting: env.SQL_ANALYSES_WAITING,
    patienceMs: env.SQL_ANALYSIS_WAIT,
  }))
  .describe('SQL');
