import { availableParallelism, tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

const MIB = 1 << 20;

/** Queries of SQL subjects: each runs in a process of its own. */
export const sqlSection = z
  .object({
    SQL_QUERIES: wholeNumberVariable({ min: 1, max: 256, fallback: 1 }).describe(
      'Queries of exports that run at one time in this worker. Others that it has taken wait for their turn, and go back when other work waits for their place; tenants take turns.',
    ),
    SQL_RUNS: wholeNumberVariable({ min: 1, max: 256, fallback: 1 }).describe(
      'Queries of `$sql-run` that run at one time in this worker, beside those of exports, for which they do not wait.',
    ),
    SQL_MEMORY_MB: wholeNumberVariable({ min: 32, max: 1_048_576, fallback: 512 }).describe(
      'Memory in MiB that one query has for its data. What does not fit goes to temporary files. Its process may take twice as much, and some 400 MiB; one that takes more is ended, and its export fails.',
    ),
    SQL_TEMP_MB: wholeNumberVariable({ min: 1, max: 1e9, fallback: 10_240 }).describe(
      'MiB of temporary files of one query. The export fails when it needs more.',
    ),
    SQL_THREADS: wholeNumberVariable({ min: 0, max: 256, fallback: 0 }).describe(
      'Threads of one query; 0 is one for each core.',
    ),
    SQL_SECONDS: wholeNumberVariable({ min: 1, max: 604_800, fallback: 900 }).describe(
      'Seconds that one query may take. The export fails when it takes longer.',
    ),
    SQL_FOLDER: z
      .string()
      .default('')
      .refine(
        (path) => path === '' || (isAbsolute(path) && !/[*?[\]{}]/.test(path)),
        'must be an absolute path without the characters *?[]{}',
      )
      .describe(
        'Folder for the files of running queries: copies of their tables, temporary files, and the output until it is stored. Without one, it is `millrace-queries` in the folder of the system for temporary files.',
      ),
  })
  .transform((env) => ({
    atOnce: { export: env.SQL_QUERIES, run: env.SQL_RUNS },
    folder: env.SQL_FOLDER === '' ? join(tmpdir(), 'millrace-queries') : env.SQL_FOLDER,
    limits: {
      memoryBytes: env.SQL_MEMORY_MB * MIB,
      temporaryBytes: env.SQL_TEMP_MB * MIB,
      threads: env.SQL_THREADS === 0 ? availableParallelism() : env.SQL_THREADS,
      milliseconds: env.SQL_SECONDS * 1000,
    },
  }))
  .describe('Queries');
