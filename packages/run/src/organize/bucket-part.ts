// A part with the lines of all buckets, for the tasks that gather them: first 4 bytes for each bucket and 4 more, the offsets
// at which the buckets begin and the last one ends, then the records of the buckets in their order.

const OFFSET_BYTES = 4;
const TAB = 0x09;
const NEWLINE = 0x0a;

/** A line of a patient: the id, a tab, and the line with a newline. An id of FHIR has no tab, and JSON has no newline. */
export function recordOf(patient: string, line: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(`${patient}\t`), line, Buffer.of(NEWLINE)]);
}

/** The patients and lines of some records; the lines have their newlines, and share the memory of the records. */
export function* recordsIn(records: Buffer): Generator<{ readonly patient: string; readonly line: Buffer }> {
  for (let at = 0; at < records.length;) {
    const tab = records.indexOf(TAB, at);
    const newline = records.indexOf(NEWLINE, tab);
    if (tab < 0 || newline < 0) throw new RangeError(`the record at byte ${at} of a bucket breaks off`);
    yield { patient: records.toString('latin1', at, tab), line: records.subarray(tab + 1, newline + 1) };
    at = newline + 1;
  }
}

/** The offsets at the start of a part. */
export function bucketIndex(buckets: readonly (readonly Uint8Array[])[]): Buffer {
  const index = Buffer.alloc(OFFSET_BYTES * (buckets.length + 1));
  let offset = index.length;
  for (const [bucket, records] of buckets.entries()) {
    index.writeUInt32LE(offset, OFFSET_BYTES * bucket);
    for (const { length } of records) offset += length;
  }
  index.writeUInt32LE(offset, OFFSET_BYTES * buckets.length);
  return index;
}

/** Where the index of a part says where a bucket is. */
export function entryOf(bucket: number): { readonly start: number; readonly end: number } {
  return { start: OFFSET_BYTES * bucket, end: OFFSET_BYTES * (bucket + 2) };
}

/** The place of a bucket, by its entry. */
export function extentIn(entry: Buffer): { readonly start: number; readonly end: number } {
  return { start: entry.readUInt32LE(0), end: entry.readUInt32LE(OFFSET_BYTES) };
}
