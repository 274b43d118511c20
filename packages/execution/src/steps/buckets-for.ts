/** A range whose lines go to buckets. */
interface SplitRange {
  readonly bytes: number;
  readonly compression: 'none' | 'gzip' | undefined;
}

/** Bytes of lines that a bucket should have: they are in memory when its blocks are made. */
const BUCKET_BYTES = 32 << 20;

/** Every part has an index of all buckets, and every bucket is a shard. */
const MOST_BUCKETS = 4096;

/** Bytes of NDJSON in one of gzip, roughly. */
const GZIP_FACTOR = 10;

/** How many buckets the lines of some ranges are copied to. A bucket that gets more than it should is read in shares. */
export function bucketsFor(
  ranges: readonly SplitRange[],
  {
    shardBytes,
    patients = Infinity,
  }: { readonly shardBytes: number; readonly patients?: number | undefined },
): number {
  const bytes = ranges.reduce(
    (sum, range) => sum + range.bytes * (range.compression === 'gzip' ? GZIP_FACTOR : 1),
    0,
  );
  const wanted = Math.ceil(bytes / Math.min(shardBytes, BUCKET_BYTES));
  return Math.max(1, Math.min(wanted, patients, MOST_BUCKETS));
}
