import { availableParallelism } from 'node:os';
import { duration, wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

/** An engine thread may be slower than the API that accepted the view. */
const LEAST_VIEW_MS = 60_000;

/** The engine of views, its threads, and its treatment of malformed lines. */
export const engineSection = z
  .object({
    ENGINE_THREADS: wholeNumberVariable({ min: 0, max: 256, fallback: 0 }).describe(
      'Engine threads, each working on one shard at a time; 0 is one for each core.',
    ),
    ENGINE: z
      .enum(['auto', 'scan', 'codegen', 'fhirpath'])
      .default('auto')
      .describe(
        'Engine that evaluates views. `auto`: the scan for the views that it covers; generated code for the others, with fhirpath.js for expressions that neither covers. `scan`: the scan alone; an export with another view fails.',
      ),
    SCAN_CHECKS: z
      .enum(['all', 'read'])
      .default('all')
      .describe(
        'Which JSON the scan checks: `all` of a line, or what the views `read`. `read` is 12 to 25 % faster. It does not check values that no view reads, nor the rest of a line once a filter has dropped it. Of lines that are copied as they are it checks strings and brackets only, whatever is set.',
      ),
    ENGINE_HEAP_MB: wholeNumberVariable({ min: 64, max: 65_536, fallback: 512 }).describe(
      'JavaScript heap of one engine thread in MiB. A thread that needs more is ended, and its shard is tried again.',
    ),
    RESOURCE_TIMEOUT: duration({ min: '0s', fallback: '10s' }).describe(
      'Longest time that the evaluation of one resource may take; then its export fails. `0s` means no limit.',
    ),
    MALFORMED_LINES: z
      .enum(['fail', 'skip'])
      .default('fail')
      .describe(
        'Effect of a line that is not a FHIR resource. `fail`: its export fails. `skip`: the line is skipped, and counted in the result, in the log and in `millrace_skipped_lines_total`; the result and the log name file and place.',
      ),
  })
  .transform((env) => ({
    threads: env.ENGINE_THREADS === 0 ? availableParallelism() : env.ENGINE_THREADS,
    engine: env.ENGINE,
    scanChecks: env.SCAN_CHECKS,
    maxHeapMb: env.ENGINE_HEAP_MB,
    limits: {
      resourceMs: env.RESOURCE_TIMEOUT,
      // It was compiled at kick-off, within the time of a request there.
      viewMs: env.RESOURCE_TIMEOUT === 0 ? 0 : Math.max(env.RESOURCE_TIMEOUT, LEAST_VIEW_MS),
    },
    malformedLines: env.MALFORMED_LINES,
  }))
  .describe('Engine');
