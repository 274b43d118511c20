import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Part } from '@millrace/export';
import { writeIdSet } from '@millrace/scan';
import { createMemorySink } from '@millrace/storage/memory';
import type { Sink } from '@millrace/storage';
import { runCopy } from '../testing/run-copy.js';
import { patient, source } from '../testing/run-range.js';
import { BlockTooLargeError, gatherBlocks } from './gather-blocks.js';
import type { BucketPart } from './gather-blocks.js';
import { writeBlocks } from './write-blocks.js';

const BUCKETS = 3;
const wide = { partBytes: 1e9, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 };

const observation = (id: string, subject: string, performers: readonly string[] = []): string =>
  JSON.stringify({
    resourceType: 'Observation',
    id,
    subject: { reference: subject },
    performer: performers.map((one) => ({ reference: one })),
  });

interface Terms {
  readonly partBytes?: number;
  readonly partRows?: number;
  readonly shareBytes?: number;
  readonly mostBytes?: number;
  /** Bytes of a part with buckets. */
  readonly splitBytes?: number;
  readonly engine?: 'scan' | 'codegen';
  readonly patients?: readonly string[];
  readonly keys?: readonly string[];
}

/** Copies lines of observations and patients to buckets, and makes the blocks of each. */
async function organize(
  files: { readonly Observation: string; readonly Patient: string },
  {
    partBytes = 1e9,
    partRows = 1e9,
    splitBytes = 1e9,
    engine = 'scan',
    patients,
    keys,
    ...shares
  }: Terms = {},
): Promise<{ readonly parts: readonly Part[]; readonly texts: readonly string[] }> {
  const sink = createMemorySink();
  if (patients !== undefined) await sink.createIfAbsent('cohort', writeIdSet(new Set(patients)));
  const filled: BucketPart[] = [];
  for (const type of ['Observation', 'Patient'] as const) {
    const { cuts } = await runCopy(await source({ [`${type}.ndjson`]: files[type] }), {
      engine,
      resourceType: type,
      buckets: BUCKETS,
      sink,
      partPrefix: `${type}/`,
      limits: { ...wide, partBytes: splitBytes },
      ...(patients === undefined ? {} : { filter: { patients: 'cohort' } }),
      ...(keys === undefined ? {} : { keys }),
    });
    for (const { key, bytes, etag } of cuts.flatMap(({ parts }) => parts))
      filled.push({ key, bytes, etag, isPatients: type === 'Patient' });
  }
  const parts: Part[] = [];
  for (let bucket = 0; bucket < BUCKETS; bucket += 1) {
    const never = new AbortController().signal;
    const blocks = gatherBlocks(sink, filled, { bucket, buckets: BUCKETS }, never, shares);
    const terms = { subject: 7, partPrefix: `out-${bucket}/`, partBytes, partRows };
    parts.push(...(await writeBlocks(blocks, terms, sink)));
  }
  return { parts, texts: await Promise.all(parts.map(({ key }) => text(sink, key))) };
}

async function text(sink: Sink, key: string): Promise<string> {
  return Buffer.from((await sink.read(key)) ?? []).toString('utf8');
}

/** The lines of each patient, of files one after the other. */
function blocksIn(texts: readonly string[]): Map<string, string[]> {
  const blocks = new Map<string, string[]>();
  for (const file of texts) {
    let current: string[] | undefined;
    for (const line of file.split('\n').slice(0, -1)) {
      const of =
        /^\{"resourceType":"Parameters","parameter":\[\{"name":"header","valueReference":\{"reference":"Patient\/(.*?)"\}\}\]\}$/.exec(
          line,
        )?.[1];
      if (of === undefined) current?.push(line);
      else blocks.set(of, (current = blocks.get(of) ?? []));
      if (current === undefined) throw new Error('a file begins without a header');
    }
  }
  return blocks;
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
const reference = fc.constantFrom(
  ...ids.map((id) => `Patient/${id}`),
  'Group/g',
  '#a',
  'https://x.org/Patient/a',
);
const drawnData = fc.record({
  observations: fc.array(fc.tuple(reference, fc.array(reference, { maxLength: 3 })), { maxLength: 30 }),
  patients: fc.uniqueArray(fc.constantFrom(...ids)),
  splitBytes: fc.integer({ min: 1, max: 600 }),
  partBytes: fc.integer({ min: 1, max: 2000 }),
  partRows: fc.integer({ min: 1, max: 12 }),
  shareBytes: fc.integer({ min: 50, max: 2000 }),
  engine: fc.constantFrom('scan' as const, 'codegen' as const),
  cohort: fc.option(fc.uniqueArray(fc.constantFrom(...ids)), { nil: undefined }),
});

describe('output that is organized by patients', () => {
  test('has for each patient the Patient first, then all lines in the compartment, wherever files are cut', async () => {
    await fc.assert(
      fc.asyncProperty(drawnData, async ({ observations, patients, cohort, ...terms }) => {
        const lines = observations.map(([subject, performers], at) =>
          observation(`o${at}`, subject, performers),
        );
        const files = {
          Observation: lines.map((line) => `${line}\n`).join(''),
          Patient: patients.map((id) => `${patient(id)}\n`).join(''),
        };
        const { parts, texts } = await organize(files, {
          ...terms,
          ...(cohort === undefined ? {} : { patients: cohort }),
        });
        const expected = new Map<string, string[]>();
        for (const id of ids.filter((one) => cohort?.includes(one) ?? true)) {
          const own = patients.includes(id) ? [patient(id)] : [];
          const others = lines.filter((_, at) => {
            const [subject, performers] = observations[at] ?? ['', []];
            return [subject, ...performers].includes(`Patient/${id}`);
          });
          if (own.length + others.length > 0) expected.set(id, [...own, ...others]);
        }
        expect(new Map([...blocksIn(texts)].sort())).toEqual(new Map([...expected].sort()));
        for (const [at, { rows, bytes, subject, continues }] of parts.entries()) {
          const own = texts[at] ?? '';
          expect([rows, bytes, subject]).toEqual([own.split('\n').length - 1, own.length, 7]);
          const [last] = [...blocksIn([own]).keys()].slice(-1);
          const [next] = blocksIn([texts[at + 1] ?? '']).keys();
          expect(continues === true).toBe(last === next);
        }
      }),
      { numRuns: 60 },
    );
  });

  test('splits no block that fits into a file', async () => {
    const lines = ids.flatMap((id) => [1, 2, 3].map((n) => observation(`${id}${n}`, `Patient/${id}`)));
    const { parts, texts } = await organize({ Observation: lines.join('\n'), Patient: '' }, { partRows: 5 });
    expect(parts.map(({ rows }) => rows)).toEqual(ids.map(() => 4));
    expect(parts.some(({ continues }) => continues)).toBe(false);
    expect(texts).toHaveLength(ids.length);
  });

  test('finds the patients of a resource also by elements that are not kept', async () => {
    const { texts } = await organize(
      { Observation: observation('o', 'Patient/a', ['Patient/b']), Patient: '' },
      { keys: ['resourceType', 'id', 'meta'] },
    );
    const blocks = blocksIn(texts);
    expect([...blocks.keys()].sort()).toEqual(['a', 'b']);
    expect(blocks.get('b')?.[0]).not.toContain('Patient/');
  });

  test('leaves out a Patient whose id FHIR does not allow', async () => {
    const { parts } = await organize({ Observation: '', Patient: patient('a\tb') + '\n' + patient('x y') });
    expect(parts).toEqual([]);
  });

  test('is refused where the lines of one patient are more than may be in memory', async () => {
    const lines = [1, 2, 3].map((n) => observation(`o${n}`, 'Patient/a'));
    const refused = organize(
      { Observation: lines.join('\n'), Patient: '' },
      { mostBytes: 200, shareBytes: 50 },
    );
    await expect(refused).rejects.toThrow(BlockTooLargeError);
  });

  test('is refused where one resource is in too many compartments for its size', async () => {
    const sink = createMemorySink();
    const line = observation('o', 'Patient/a', ['Patient/b', 'Patient/c']);
    const from = await source({ 'Observation.ndjson': line });
    const limits = { ...wide, resourceBytes: 2 * line.length };
    const task = { resourceType: 'Observation', buckets: BUCKETS, sink, limits };
    await expect(runCopy(from, task)).rejects.toThrow(/in the compartments of 3 patients/);
  });
});
