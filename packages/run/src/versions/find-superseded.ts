import { isUtf8 } from 'node:buffer';
import { EMPTY_TALLY } from '@millrace/export';
import { isLater, momentOf } from '@millrace/fhir';
import type { Moment } from '@millrace/fhir';
import { readLineBlocks } from '@millrace/storage';
import type { LineBlock, Upload } from '@millrace/storage';
import type { RangeSummary } from '../range/range-task.js';
import { stopIfTold } from '../range/read-cut-by-cut.js';
import type { RangeFramePorts } from '../range/read-cut-by-cut.js';
import { hashOf, shareOf } from './id-hash.js';
import { TooManyIdsError, createLatestVersions } from './latest-versions.js';
import { createVersionReader } from './read-version.js';
import { createSupersededLines } from './superseded-lines.js';
import type { VersionsTask } from './versions-task.js';

const NEWLINE = 0x0a;

/** A share of a resource type has more ids than a worker holds at once. */
export class TooManyVersionsError extends Error {
  override readonly name = 'TooManyVersionsError';

  constructor({ resourceType, share, shares }: VersionsTask, cause: TooManyIdsError) {
    super(
      `share ${share + 1} of ${shares} of the versions of ${resourceType} is too large: ${cause.message}; ` +
        'VERSIONS_TASK_BYTES of the workers needs to be smaller',
      { cause },
    );
  }
}

/**
 * Reads all inputs of a resource type for the id and the time of the last change of each resource, and stores the places of the
 * lines that another version of the resource replaces. The latest version is that with the greatest `meta.lastUpdated`; of
 * equal ones, and of those without a readable one, it is the last in the order of the inputs. A line without a resource of the
 * type that has an id is no version.
 *
 * The summary has one cut, with the object as its part.
 *
 * @throws TooManyVersionsError; storage's errors; RangeStoppedError
 */
export async function findSuperseded(
  task: VersionsTask,
  ports: Pick<RangeFramePorts, 'source' | 'sink' | 'control' | 'onUpload'>,
): Promise<RangeSummary> {
  const { inputs, firstInput, share, shares } = task;
  const read = createVersionReader(task.resourceType);
  const latest = createLatestVersions();
  const superseded = createSupersededLines();
  const until = momentOf(task.until);
  if (until === undefined) throw new RangeError(`${task.until} is not a FHIR instant`);
  let resources = 0;

  function takeLine(line: Buffer, input: number, offset: number): void {
    const version = read(line);
    if (version === undefined) return;
    const hash = hashOf(version.id);
    if (shareOf(hash, shares) !== share) return;
    resources += 1;
    const changed = version.lastUpdated === undefined ? undefined : momentOf(version.lastUpdated);
    const place = { input, offset, length: line.length };
    const isTooLate = changed !== undefined && isLater(changed, until as Moment);
    const older = isTooLate ? place : latest.take(version.id, hash, changed, place);
    if (older !== undefined) superseded.add(older.input, older.offset, older.length);
  }

  function takeBlock({ bytes, offset }: LineBlock, input: number): void {
    const isText = isUtf8(bytes);
    for (let at = 0; at < bytes.length;) {
      const newline = bytes.indexOf(NEWLINE, at);
      const end = newline < 0 ? bytes.length : newline;
      const line = bytes.subarray(at, end);
      if (isText || isUtf8(line)) takeLine(line, input, offset + at);
      at = end + 1;
    }
  }

  try {
    for (const [index, input] of inputs.entries()) {
      for await (const block of readLineBlocks(ports.source, input, { start: 0, end: input.bytes })) {
        takeBlock(block, firstInput + index);
        stopIfTold(ports);
      }
    }
  } catch (error) {
    throw error instanceof TooManyIdsError ? new TooManyVersionsError(task, error) : error;
  }

  const key = `${task.partPrefix}1.superseded`;
  await using upload: Upload = await ports.sink.open(key);
  ports.onUpload(key, upload.id);
  for (const chunk of superseded.encode()) await upload.write(chunk);
  const { bytes, sha256, etag } = await upload.commit();
  const bytesRead = inputs.reduce((sum, input) => sum + input.bytes, 0);
  const part = { subject: task.subject, key, rows: 0, bytes, sha256, etag };
  const last = { cut: 0, from: 0, to: bytesRead, parts: [part], bytesRead, tally: EMPTY_TALLY };
  return { resources, rows: 0, engines: ['versions'], last };
}
