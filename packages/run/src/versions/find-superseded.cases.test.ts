import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { momentOf, isLater } from '@millrace/fhir';
import { createMemorySink } from '@millrace/storage/memory';
import { runCopy } from '../testing/run-copy.js';
import { patient, run, source, textOf } from '../testing/run-range.js';
import { runVersions } from '../testing/run-versions.js';

const UNTIL = '2026-06-01T00:00:00Z';
const times = fc.constantFrom(
  undefined,
  '2026-01-01T00:00:00Z',
  '2026-01-01T01:00:00+01:00',
  '2026-01-01T00:00:00.5Z',
  '2026-01-01T00:00:00.123456789012Z',
  '2026-01-01T00:00:00.1234567890125Z',
  '2026-02-30T00:00:00Z',
  '2027-01-01T00:00:00Z',
);
const line = fc
  .tuple(fc.constantFrom('a', 'b', 'c', 'ä', 'long'.repeat(20)), times, fc.nat(3))
  .map(([id, lastUpdated, n]) => {
    const text = patient(id, lastUpdated === undefined ? { n } : { n, meta: { lastUpdated } });
    return n === 0 ? text.replace('"a"', '"\\u0061"') : text;
  });
const files = fc.array(fc.array(line, { maxLength: 8 }), { minLength: 1, maxLength: 3 });

/** The latest version of each resource by the rule, from all lines in their order: the places of the lines that stay. */
function staying(lines: readonly string[]): ReadonlySet<number> {
  const latest = new Map<string, number>();
  const changes = lines.map((text) => {
    const { meta } = JSON.parse(text) as { meta?: { lastUpdated: string } };
    return meta === undefined ? undefined : momentOf(meta.lastUpdated);
  });
  const until = momentOf(UNTIL);
  for (const [at, text] of lines.entries()) {
    const { id } = JSON.parse(text) as { id: string };
    const changed = changes[at];
    if (changed !== undefined && until !== undefined && isLater(changed, until)) continue;
    const known = changes[latest.get(id) ?? -1];
    const isOlder = known !== undefined && (changed === undefined || isLater(known, changed));
    if (!isOlder) latest.set(id, at);
  }
  return new Set(latest.values());
}

test.each(['scan', 'codegen'] as const)(
  'only the latest versions are copied, whatever the files and shares, by the engine %s',
  async (engine) => {
    await fc.assert(
      fc.asyncProperty(files, fc.integer({ min: 1, max: 3 }), fc.boolean(), async (all, shares, isGzip) => {
        const named = all.map((lines, n): [string, Buffer] => {
          const text = Buffer.from(lines.join('\n'));
          return [`${n}.Patient.ndjson${isGzip ? '.gz' : ''}`, isGzip ? gzipSync(text) : text];
        });
        const from = await source(Object.fromEntries(named));
        const sink = createMemorySink();
        const objects = await runVersions(from, sink, { shares, until: UNTIL });
        const inputs = await from.list('Patient');
        const copied: string[] = [];
        for (const [input, pinned] of inputs.entries()) {
          const { cuts } = await runCopy(from, {
            engine,
            sink,
            superseded: { input, objects },
            input: pinned,
            end: pinned.bytes,
            partPrefix: `t/e/shard-9/${input}-n/`,
          });
          copied.push(await textOf(sink, cuts, 0));
        }
        const lines = all.flat();
        const left = staying(lines);
        expect(copied.join('')).toBe(
          lines.flatMap((text, at) => (left.has(at) ? [`${text}\n`] : [])).join(''),
        );
      }),
      { numRuns: 15 },
    );
  },
  180_000,
);

test.each(['auto', 'scan', 'codegen', 'fhirpath'] as const)(
  'only the latest versions give rows, and the others are not counted as bad lines, by the engine %s',
  async (engine) => {
    const at = (n: number) => ({ meta: { lastUpdated: `2026-01-0${n}T00:00:00Z` } });
    const lines = [patient('a', at(1)), patient('b', at(2)), patient('a', at(3)), patient('b', at(1))];
    const from = await source({ 'Patient.ndjson': lines.join('\n') });
    const sink = createMemorySink();
    const objects = await runVersions(from, sink);
    const done = await run(from, { engine, sink, superseded: { input: 0, objects } });
    expect(await done.text(0)).toBe('{"id":"b"}\n{"id":"a"}\n');
    expect(done.summary).toMatchObject({ resources: 2, last: { tally: { skippedLines: 0 } } });
  },
);

test('a range goes on from an offset in the middle of the input', async () => {
  const lines = Array.from({ length: 9 }, (_, n) => patient(`p${n % 3}`, { n }));
  const from = await source({ 'Patient.ndjson': lines.join('\n') });
  const sink = createMemorySink();
  const objects = await runVersions(from, sink);
  const half = lines.slice(0, 7).join('\n').length + 1;
  const copied = await runCopy(from, { sink, superseded: { input: 0, objects }, from: half, firstCut: 1 });
  expect(copied.text).toBe(`${lines[7]}\n${lines[8]}\n`);
});

test('lines that are no resources of the type with an id are left for the engines to judge', async () => {
  const lines = [
    '{"resourceType":"Patient","id":"a"',
    '{"resourceType":"Group","id":"a"}',
    '[]',
    '{"id":"a"}',
  ];
  const text = [...lines, patient('a'), '{"resourceType":"Patient"}', '{"resourceType":"Patient"}'].join(
    '\n',
  );
  const from = await source({ 'Patient.ndjson': text });
  const sink = createMemorySink();
  const objects = await runVersions(from, sink);
  const copied = await runCopy(from, { sink, superseded: { input: 0, objects }, malformedLines: 'skip' });
  expect(copied.text.split('\n')).toHaveLength(4);
  expect(copied.cuts[0]?.tally).toMatchObject({ skippedLines: 3, otherTypes: { Group: 1 } });
});

test('an input that is not the one whose lines were found is refused', async () => {
  const sink = createMemorySink();
  const [a, b] = [patient('a', { n: 1 }), patient('b', { n: 22 })];
  const objects = await runVersions(await source({ 'Patient.ndjson': [a, b, a, b].join('\n') }), sink);
  const other = await source({ 'Patient.ndjson': [b, a, b, a].join('\n') });
  await expect(runCopy(other, { sink, superseded: { input: 0, objects } })).rejects.toThrow(
    'a superseded line is not a line of the input',
  );
});
