import { describe, expect, it, jest } from '@jest/globals';
import { InputChangedError } from '../errors.js';
import type { SourceTypes } from '../source-types.js';
import type { PinnedInput, Source } from '../source.js';
import { patternOf } from './bytes.js';
import { collect } from './collect.js';

export interface SourceUnderTest extends AsyncDisposable {
  readonly source: Source & SourceTypes;
  /** Stores a file as its owner would, over the one that is there. */
  put(key: string, content: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

/** The promises of every source. `make` gives one that holds the files, named `main` with FHIR version R4. */
export function describeSource(
  name: string,
  make: (files: Readonly<Record<string, string | Uint8Array>>) => Promise<SourceUnderTest>,
): void {
  jest.setTimeout(60_000);
  describe(name, () => {
    it('lists the files of one resource type, ordered by key', async () => {
      await using t = await make({
        'Observation.ndjson': 'a',
        'Observation.001.ndjson.gz': 'bb',
        'Observation.000.ndjson': '',
        'Observation/z.ndjson': 'c',
        'Observation/deep/a-b.ndjson.gz': 'd',
        'ObservationDefinition.ndjson': 'no',
        'Patient.ndjson': 'no',
        'Observation.txt': 'no',
        'other/Observation.ndjson': 'no',
        'Observation.old/1.ndjson': 'no',
        '.Observation.ndjson': 'no',
      });
      const inputs = await t.source.list('Observation');
      expect(inputs.map(({ key, bytes, compression }) => [key, bytes, compression])).toEqual([
        ['Observation.000.ndjson', 0, 'none'],
        ['Observation.001.ndjson.gz', 2, 'gzip'],
        ['Observation.ndjson', 1, 'none'],
        ['Observation/deep/a-b.ndjson.gz', 1, 'gzip'],
        ['Observation/z.ndjson', 1, 'none'],
      ]);
    });

    it('tells the resource types that it has files of', async () => {
      await using t = await make({
        ...emptyFiles(['Patient.ndjson', 'Patient.001.ndjson.gz', 'Group.Device.ndjson', 'Encounter-0-of-2']),
        ...emptyFiles([
          'Observation/deep/a.ndjson',
          'Condition/notes.txt',
          'other/Claim.ndjson',
          'Unknown.ndjson',
        ]),
        ...emptyFiles([
          '.Coverage.ndjson',
          '_Coverage.ndjson',
          'Procedure.txt',
          'log.ndjson',
          'Media.ndjson/x.txt',
        ]),
      });
      expect(await t.source.types()).toEqual(['Device', 'Encounter', 'Group', 'Observation', 'Patient']);
    });

    it('has no inputs of a type without files', async () => {
      await using t = await make({ 'Patient.ndjson': '{}\n' });
      expect(await t.source.list('Encounter')).toEqual([]);
    });

    it('lists the files of common writers, and passes over other files', async () => {
      await using t = await make(emptyFiles([...WRITTEN, ...BESIDE]));
      const listed = await t.source.list('Patient');
      expect(listed.map(({ key }) => key)).toEqual([...WRITTEN].sort());
      const compressed = listed.filter(({ compression }) => compression === 'gzip').map(({ key }) => key);
      expect(compressed).toEqual(WRITTEN.filter((key) => /gz$/i.test(key)).sort());
    });

    it('names files that look like data and are not read', async () => {
      await using t = await make(emptyFiles([...WRITTEN, ...BESIDE, ...KNOWN]));
      const { unread, repeated } = await t.source.survey(['Patient']);
      expect(unread).toMatchObject({ names: [...BESIDE].sort(), count: BESIDE.length });
      expect(repeated).toMatchObject({ names: [], count: 0 });
    });

    it('names the first ten of many, and counts all', async () => {
      const keys = Array.from({ length: 25 }, (_, n) => `export/${String(n).padStart(2, '0')}.parquet`);
      await using t = await make(emptyFiles(keys.toReversed()));
      const { unread } = await t.source.survey(['Patient']);
      expect(unread).toMatchObject({ names: keys.slice(0, 10), count: 25 });
    });

    it('reads a file with two types in its name for both', async () => {
      await using t = await make(emptyFiles(['Group.Patient.ndjson']));
      for (const type of ['Group', 'Patient']) {
        expect(await t.source.list(type)).toMatchObject([{ key: 'Group.Patient.ndjson' }]);
      }
      expect((await t.source.survey(['Patient'])).unread.count).toBe(0);
    });

    it('names Bundles and files that contradict their folder, unless their type is read', async () => {
      await using t = await make(emptyFiles(['Bundle.ndjson', 'Group/7/Patient.ndjson', 'Encounter.ndjson']));
      const unreadOf = async (...types: string[]) => (await t.source.survey(types)).unread.names;
      expect(await unreadOf('Patient')).toEqual(['Bundle.ndjson', 'Group/7/Patient.ndjson']);
      expect(await unreadOf('Bundle')).toEqual([]);
    });

    it('says its name and FHIR version', async () => {
      await using t = await make({});
      expect([t.source.name, t.source.fhirVersion]).toEqual(['main', 'R4']);
      await t.source.probe();
    });

    it('refuses a file that is there both plain and compressed', async () => {
      await using t = await make({ 'Patient.ndjson': '{}\n', 'Patient.ndjson.gz': 'x' });
      await expect(t.source.list('Patient')).rejects.toThrow(
        'source main is not readable: it has both Patient.ndjson and Patient.ndjson.gz: remove one',
      );
    });

    it.each([
      ['all of it', 0, 3_000_000],
      ['a range in the middle', 1_048_570, 2_097_160],
      ['one byte', 2_999_999, 3_000_000],
      ['nothing', 5, 5],
    ])('reads %s', async (_title, start, end) => {
      const content = patternOf(3_000_000);
      await using t = await make({ 'Patient.ndjson': content });
      const input = await pinOf(t.source);
      const read = await collect(t.source.read(input, start, end));
      expect(read.equals(content.subarray(start, end))).toBe(true);
    });

    it('refuses a range outside of the input', async () => {
      await using t = await make({ 'Patient.ndjson': '{}\n' });
      const input = await pinOf(t.source);
      await expect(collect(t.source.read(input, 0, 4))).rejects.toThrow(RangeError);
    });

    it.each(['{"changed":true}\n', '{"id":"b"}\n'])('fails when the input became %j', async (content) => {
      await using t = await make({ 'Patient.ndjson': '{"id":"a"}\n' });
      const input = await pinOf(t.source);
      await t.put('Patient.ndjson', Buffer.from(content));
      const error = await collect(t.source.read(input, 0, 3)).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(InputChangedError);
      expect(error).toMatchObject({ key: 'Patient.ndjson' });
    });

    it('fails when the input is gone', async () => {
      await using t = await make({ 'Patient.ndjson': '{}\n', 'Group.ndjson': '{}\n' });
      const input = await pinOf(t.source);
      await t.remove('Patient.ndjson');
      await expect(collect(t.source.read(input, 0, 3))).rejects.toThrow(InputChangedError);
    });

    it('stops at an aborted signal, before and between chunks', async () => {
      await using t = await make({ 'Patient.ndjson': Buffer.alloc(20_000_000) });
      const input = await pinOf(t.source);
      const gone = new Error('the lease is gone');
      await expect(collect(t.source.read(input, 0, 10, AbortSignal.abort(gone)))).rejects.toBe(gone);

      const controller = new AbortController();
      let bytes = 0;
      const reading = async () => {
        for await (const chunk of t.source.read(input, 0, input.bytes, controller.signal)) {
          bytes += chunk.length;
          controller.abort(gone);
        }
      };
      await expect(reading()).rejects.toBe(gone);
      expect(bytes).toBeLessThan(input.bytes);
    });

    it('can be left in the middle of a read', async () => {
      await using t = await make({ 'Patient.ndjson': Buffer.alloc(4_000_000, 1) });
      const input = await pinOf(t.source);
      for await (const chunk of t.source.read(input, 0, input.bytes)) {
        expect(chunk[0]).toBe(1);
        break;
      }
      expect(await collect(t.source.read(input, 0, 2))).toEqual(Buffer.from([1, 1]));
    });
  });
}

/** By clients of bulk data, servers, Spark and people. */
const WRITTEN = [
  '1.Patient.ndjson',
  'Patient-0001.ndjson',
  'Patient.000.ndjson',
  'Patient_2.ndjson.gz',
  'Patient.1.NDJSON',
  'Patient.2.ndjson.GZ',
  'Patient.jsonl',
  '20260131_Patient.ndjson',
  'Patient-00000-of-00001',
  'part-00000.Patient.ndjson',
  'Patient.labs.ndjson',
  'Patient.ndjson/part-00000-6e0a-c000.txt',
  'Patient.ndjson/part-00001-6e0a-c000.json.gz',
  'Patient.ndjson/part-00002',
  'Patient/deep/part-00000.json',
  'Patient/any name.jsonl',
];

/** Files that look like data and whose names are not understood. */
const BESIDE = [
  'Patient.ndjson/_temporary/0/part-00000',
  'Patient/1.json',
  'PatientFoo.ndjson',
  'Patient.ndjson.tmp',
  'patient.ndjson',
  'Patient-old.ndjson',
  'Patient.zip',
  'other/1.Patient.ndjson',
  'Patient.old/1.ndjson',
];

/** Files that are not data, or are of another type. */
const KNOWN = [
  'Patient.ndjson/_SUCCESS',
  'Patient.ndjson/.part-00000.crc',
  '.Patient.ndjson',
  'Patient.ndjson.md5',
  'manifest.json',
  'log.ndjson',
  'README.md',
  'Observation.ndjson',
  'Observation/part-00000',
];

function emptyFiles(keys: readonly string[]): Record<string, string> {
  return Object.fromEntries(keys.map((key) => [key, '']));
}

async function pinOf(source: Source): Promise<PinnedInput> {
  const [input] = await source.list('Patient');
  if (!input) throw new Error('Patient.ndjson is not listed');
  return input;
}
