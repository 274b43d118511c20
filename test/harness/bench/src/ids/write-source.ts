import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { sampleDataDir } from '@millrace/samples';

/** The patients and the group of a source. */
export interface IdSource {
  readonly patients: number;
  readonly patientBytes: number;
  readonly members: number;
  /** Ids that it has. */
  readonly known: { readonly patient: string; readonly group: string };
}

const CHUNK_LINES = 500;
/** A filter leaves no more patients. */
const MOST_MEMBERS = 500_000;
const GROUP = 'half';
const ID = '"id":"';

/**
 * Writes the files of a source that are indexed: patients like those of the bundled sample, with ids of their own, and a group
 * that has every second one as a member.
 *
 * @param bytes of patients, about
 */
export async function writeIdSource(folder: string, bytes: number): Promise<IdSource> {
  const text = await readFile(join(sampleDataDir, 'Patient.ndjson'), 'utf8');
  const models = text
    .trimEnd()
    .split('\n')
    .map((line) => {
      // The id stands before all others in the lines of the sample.
      const start = line.indexOf(ID) + ID.length;
      return { before: line.slice(0, start), after: line.slice(line.indexOf('"', start)) };
    });
  const modelBytes = Buffer.byteLength(text) / models.length;
  const patients = Math.max(1, Math.round(bytes / modelBytes));

  function* chunks(): Generator<string> {
    for (let first = 0; first < patients; first += CHUNK_LINES) {
      let chunk = '';
      for (let n = first; n < Math.min(first + CHUNK_LINES, patients); n += 1) {
        const { before = '', after = '' } = models[n % models.length] ?? {};
        chunk += `${before}${idOf(n)}${after}\n`;
      }
      yield chunk;
    }
  }

  const file = createWriteStream(join(folder, 'Patient.ndjson'));
  await pipeline(Readable.from(chunks()), file);
  const members = Math.min(Math.ceil(patients / 2), MOST_MEMBERS);
  const references = Array.from({ length: members }, (_, n) => ({
    entity: { reference: `Patient/${idOf(2 * n)}` },
  }));
  const group = { resourceType: 'Group', id: GROUP, type: 'person', actual: true, member: references };
  const lines = Readable.from([`${JSON.stringify(group)}\n`]);
  await pipeline(lines, createWriteStream(join(folder, 'Group.ndjson')));
  return { patients, patientBytes: file.bytesWritten, members, known: { patient: idOf(0), group: GROUP } };
}

/** As long as a UUID, and in no order. */
function idOf(n: number): string {
  return createHash('md5')
    .update(String(n))
    .digest('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}
