import type { Part } from '@millrace/export';
import type { PartSink, Upload } from '@millrace/storage';
import type { Block } from './gather-blocks.js';

/** Bytes that are handed to the sink at once. */
const CHUNK_BYTES = 256 << 10;

/**
 * Writes blocks to files, each behind a header that names its patient. A block is in one file unless it is larger than a
 * file may be; then it goes on in the next one, behind the same header.
 *
 * @see https://hl7.org/fhir/uv/bulkdata/export.html#bulk-data-output-file-organization
 * @throws storage's errors, and those of the blocks
 */
export async function writeBlocks(
  blocks: AsyncIterable<Block>,
  {
    subject,
    partPrefix,
    partBytes,
    partRows,
  }: {
    readonly subject: number;
    readonly partPrefix: string;
    readonly partBytes: number;
    readonly partRows: number;
  },
  sink: PartSink,
): Promise<Part[]> {
  const parts: Part[] = [];
  let file: BlockFile | undefined;

  async function close(how: { readonly continues?: true } = {}): Promise<void> {
    if (file === undefined) return;
    const { key, bytes, sha256, etag } = await file.commit();
    parts.push({ subject, key, rows: file.rows, bytes, sha256, etag, ...how });
    file = undefined;
  }

  async function opened(): Promise<BlockFile> {
    file ??= openFile(await sink.open(`${partPrefix}${parts.length + 1}.ndjson`));
    return file;
  }

  try {
    for await (const { patient, lines } of blocks) {
      const header = headerOf(patient);
      const bytes = lines.reduce((sum, { length }) => sum + length, header.length);
      if (file !== undefined && (file.bytes + bytes > partBytes || file.rows + lines.length + 1 > partRows))
        await close();
      await (await opened()).add(header);
      let inFile = 0;
      for (const line of lines) {
        let current = await opened();
        if (inFile > 0 && (current.bytes + line.length > partBytes || current.rows + 1 > partRows)) {
          await close({ continues: true });
          current = await opened();
          await current.add(header);
          inFile = 0;
        }
        await current.add(line);
        inFile += 1;
      }
    }
    await close();
    return parts;
  } finally {
    await file?.abort();
  }
}

function headerOf(patient: string): Buffer {
  const parameter = [{ name: 'header', valueReference: { reference: `Patient/${patient}` } }];
  return Buffer.from(`${JSON.stringify({ resourceType: 'Parameters', parameter })}\n`);
}

/** A file of blocks that is being written. */
interface BlockFile {
  readonly bytes: number;
  readonly rows: number;
  add(line: Buffer): Promise<void> | undefined;
  commit: Upload['commit'];
  abort: Upload['abort'];
}

function openFile(upload: Upload): BlockFile {
  let [bytes, rows, waiting] = [0, 0, 0];
  let lines: Buffer[] = [];

  async function flush(): Promise<void> {
    const chunk = Buffer.concat(lines);
    lines = [];
    waiting = 0;
    await upload.write(chunk);
  }

  return {
    get bytes() {
      return bytes;
    },
    get rows() {
      return rows;
    },
    add(line) {
      lines.push(line);
      waiting += line.length;
      bytes += line.length;
      rows += 1;
      return waiting < CHUNK_BYTES ? undefined : flush();
    },
    async commit() {
      await flush();
      return upload.commit();
    },
    abort: () => upload.abort(),
  };
}
