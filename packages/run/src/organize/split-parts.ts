import type { PartSink } from '@millrace/storage';
import { MOST_RESOURCE_BYTES, ResourceOutputError } from '../range/output-limit.js';
import type { OpenParts } from '../range/open-parts.js';
import { bucketIndex, recordOf } from './bucket-part.js';
import { bucketOf } from './bucket-of.js';

/** Bytes of records in a part: they are in memory until it is closed, because they are stored by bucket. */
const SPLIT_PART_BYTES = 32 << 20;

/** The open part of a range whose lines go to buckets. */
export interface SplitParts extends OpenParts {
  /** Adds a line, without its newline, for each of some patients. @throws ResourceOutputError */
  put(patients: ReadonlySet<string>, line: Uint8Array): void;
}

export function createSplitParts(
  {
    subject,
    buckets: count,
    partPrefix,
    partBytes,
    partRows,
    resourceBytes = MOST_RESOURCE_BYTES,
  }: {
    readonly subject: number;
    readonly buckets: number;
    readonly partPrefix: string;
    readonly partBytes: number;
    readonly partRows: number;
    readonly resourceBytes?: number | undefined;
  },
  sink: PartSink,
  onUpload: (key: string, uploadId: string) => void,
): SplitParts {
  const mostBytes = Math.min(partBytes, SPLIT_PART_BYTES);
  let buckets: Buffer[][] = [];
  let [bytes, records, rows, opened] = [0, 0, 0, 0];

  function begin(): void {
    buckets = Array.from({ length: count }, () => []);
    bytes = 0;
    records = 0;
  }
  begin();

  return {
    get full() {
      return bytes >= mostBytes || records >= partRows;
    },
    get rows() {
      return rows;
    },
    put(patients, line) {
      if (patients.size * line.length > resourceBytes) throw new ResourceOutputError(resourceBytes);
      for (const patient of patients) {
        const record = recordOf(patient, line);
        (buckets[bucketOf(patient, count)] as Buffer[]).push(record); // a bucket of those that there are
        bytes += record.length;
        records += 1;
        rows += 1;
      }
    },
    add: notInBuckets,
    append: notInBuckets,
    room: () => ({ rows: partRows - records, bytes: mostBytes - bytes }),
    flush: () => Promise.resolve(),
    async close() {
      if (records === 0) return [];
      opened += 1;
      const key = `${partPrefix}${opened}.buckets`;
      await using upload = await sink.open(key);
      onUpload(key, upload.id);
      await upload.write(bucketIndex(buckets));
      for (const bucket of buckets) if (bucket.length > 0) await upload.write(Buffer.concat(bucket));
      const stored = await upload.commit();
      const part = {
        subject,
        key: stored.key,
        rows: records,
        bytes: stored.bytes,
        sha256: stored.sha256,
        etag: stored.etag,
      };
      begin();
      return [part];
    },
    abort() {
      begin();
      return Promise.resolve();
    },
  };
}

function notInBuckets(): never {
  throw new Error('lines go to buckets one by one, with their patients');
}
