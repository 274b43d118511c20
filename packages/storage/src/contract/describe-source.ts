import { describe, expect, it, jest } from '@jest/globals';
import { InputChangedError } from '../errors.js';
import type { PinnedInput, Source } from '../source.js';
import { patternOf } from './bytes.js';
import { collect } from './collect.js';

export interface SourceUnderTest extends AsyncDisposable {
  readonly source: Source;
  /** Stores a file as its owner would, over the one that is there. */
  put(key: string, content: Uint8Array): Promise<void>;
  remove(key: string): Promise<void>;
}

/** What every source keeps to. `make` gives one that holds the files, named `main` with FHIR version R4. */
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

    it('has no inputs of a type without files', async () => {
      await using t = await make({ 'Patient.ndjson': '{}\n' });
      expect(await t.source.list('Encounter')).toEqual([]);
    });

    it('says its name and FHIR version', async () => {
      await using t = await make({});
      expect([t.source.name, t.source.fhirVersion]).toEqual(['main', 'R4']);
      await t.source.probe();
    });

    it('refuses a file that is there both plain and compressed', async () => {
      await using t = await make({ 'Patient.ndjson': '{}\n', 'Patient.ndjson.gz': 'x' });
      await expect(t.source.list('Patient')).rejects.toThrow(
        'source main is not readable: it has both Patient.ndjson and Patient.ndjson.gz: remove one of them',
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
      await using t = await make({ 'Patient.ndjson': '{}\n' });
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

async function pinOf(source: Source): Promise<PinnedInput> {
  const [input] = await source.list('Patient');
  if (!input) throw new Error('Patient.ndjson is not listed');
  return input;
}
