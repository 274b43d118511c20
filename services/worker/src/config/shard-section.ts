import { duration, wholeNumberVariable } from '@millrace/configuration';
import * as z from 'zod';

const MIB = 1 << 20;
const GIB = 1 << 30;

/** How input is cut into shards, and when files are closed. */
export const shardSection = z
  .object({
    SHARD_BYTES: wholeNumberVariable({ min: 1, max: 64 * GIB, fallback: 128 * MIB }).describe(
      'Bytes of a plain input that make one shard. A gzip input is one shard, whatever its size.',
    ),
    VERSIONS_TASK_BYTES: wholeNumberVariable({ min: 1, max: 1024 * GIB, fallback: 2 * GIB }).describe(
      'Of a source with several versions, a resource type is divided into shares of this many bytes, and all its files are read once for each share, to find older versions. A smaller number takes less memory (about 90 bytes for each resource of a share) and more time.',
    ),
    PART_BYTES: wholeNumberVariable({ min: 1, max: 1024 * GIB, fallback: 128 * MIB }).describe(
      'All open files of a pass are closed when one of them has this many bytes. A bucket has files of 78 GiB at most, the rows of one resource, which may come on top, included.',
    ),
    JOIN_BELOW_BYTES: wholeNumberVariable({ min: 0, max: 8 * GIB, fallback: 4 * MIB }).describe(
      'Files of views with fewer bytes that follow each other are joined into files of at most `PART_BYTES`. Readers lose about as much time by one more file as by 4 MiB more; to join larger files takes the workers more time. 0: none is joined.',
    ),
    PART_ROWS: wholeNumberVariable({ min: 1, max: 1_000_000_000, fallback: 5_000_000 }).describe(
      'All open files of a pass are closed when one of them has this many rows. No file of joined ones has more.',
    ),
    CUT_BYTES: wholeNumberVariable({ min: 1, max: 64 * GIB, fallback: GIB }).describe(
      'Input bytes (decompressed) after which all open files are closed. A crash costs at most this much work.',
    ),
    CUT_AFTER: duration({ min: '100ms', fallback: '60s' }).describe(
      'Time after which all open files are closed.',
    ),
    EXPORT_LIMIT_ROWS: wholeNumberVariable({
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 10 ** 10,
    }).describe(
      'Most rows of one export, all its views together. The export fails with the first file that exceeds it; 0 means no limit.',
    ),
    EXPORT_LIMIT_BYTES: wholeNumberVariable({
      min: 0,
      max: Number.MAX_SAFE_INTEGER,
      fallback: 2 ** 40,
    }).describe(
      'Most bytes that one export may write. The export fails with the first file that exceeds it; 0 means no limit.',
    ),
    EXPORT_LIMIT_FILES: wholeNumberVariable({ min: 0, max: 10_000_000, fallback: 1_000_000 }).describe(
      'Most files that one export may write. The export fails with the first file that exceeds it; 0 means no limit.',
    ),
    EXPORT_LIMIT_TIME: duration({ min: '1s', fallback: '7d' }).describe(
      'How long one export may run, from its first step on, with all the time that it waits for workers then. It fails when this time is over.',
    ),
    EXPORT_LIMIT_PARTITIONS: wholeNumberVariable({ min: 1, max: 100_000, fallback: 1_000 }).describe(
      'Most partitions of one output, where a client asks for them. The export fails with the name of the column that has more values.',
    ),
  })
  .transform((env) => ({
    runTimeMs: env.EXPORT_LIMIT_TIME,
    shardBytes: env.SHARD_BYTES,
    versionsBytes: env.VERSIONS_TASK_BYTES,
    joinBelowBytes: env.JOIN_BELOW_BYTES,
    limits: {
      partBytes: env.PART_BYTES,
      partRows: env.PART_ROWS,
      inputBytes: env.CUT_BYTES,
      seconds: env.CUT_AFTER / 1000,
    },
    mostPartitions: env.EXPORT_LIMIT_PARTITIONS,
    output: { rows: env.EXPORT_LIMIT_ROWS, bytes: env.EXPORT_LIMIT_BYTES, files: env.EXPORT_LIMIT_FILES },
  }))
  .describe('Shards and files');
