import { describe, expect, test } from '@jest/globals';
import { sumTallies } from '@millrace/export';
import type { Cut } from '@millrace/export';
import type { OwnBases } from '@millrace/fhir';
import { writeIdSet } from '@millrace/scan';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import type { PinnedInput } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import { evaluateRange } from './evaluate-range.js';
import { createFilters } from './open-filters.js';
import { createScans } from './open-scans.js';
import type { RangeFilter, RangeTask } from './range-task.js';

const KEY = 't/e/cohort-1-n.ids';
const VIEW = {
  resource: 'Observation',
  select: [
    {
      column: [
        { name: 'id', path: 'id' },
        { name: 'of', path: 'subject.reference' },
      ],
    },
  ],
};

function observation(id: number, reference: string, lastUpdated?: string): string {
  const meta = lastUpdated === undefined ? {} : { meta: { lastUpdated } };
  return JSON.stringify({ resourceType: 'Observation', id: `o${id}`, ...meta, subject: { reference } });
}

const OWN = ['https://ehr.example/fhir'];
const LINES = [
  observation(0, 'Patient/a', '2026-06-01T00:00:00Z'),
  observation(1, 'Patient/b', '2026-06-01T00:00:00+02:00'),
  observation(2, 'Patient/c', '2026-06-01T00:00:00Z'),
  observation(3, 'Patient/a', '2026-05-31T23:59:59.999Z'),
  // The scan leaves these two to another engine.
  observation(4, 'Patient/a', '2026-07-01T00:00:00Z').replace('"subject"', '"meta":{"x":1},"subject"'),
  observation(5, 'Patient/a').replace('"subject"', '"\\u0073ubject"'),
  '',
  '{"resourceType":"Group","id":"a"}',
  observation(6, 'https://ehr.example/fhir/Patient/b/_history/1'),
  observation(7, 'Device/a', '2026-07-01T00:00:00Z'),
];

/** Ids of the resources that have rows, and the summary of the range. */
async function run(
  filter: RangeFilter,
  more: Partial<RangeTask> = {},
  lines: readonly string[] = LINES,
): Promise<{ ids: readonly string[]; resources: number; cuts: readonly Cut[] }> {
  const files = new Map([['Observation.ndjson', Buffer.from(lines.join('\n'))]]);
  const source = createMemorySource({ name: 'default', fhirVersion: 'R4', files });
  const [input] = await source.list('Observation');
  const sink = createMemorySink();
  await sink.createIfAbsent(KEY, writeIdSet(new Set(['a', 'b'])));
  const cuts: Cut[] = [];
  const task: RangeTask = {
    source: 'default',
    fhirVersion: 'R4',
    bases: OWN,
    resourceType: 'Observation',
    input: input as PinnedInput,
    start: 0,
    end: input?.bytes ?? 0,
    from: 0,
    firstCut: 0,
    views: [{ subject: 0, view: VIEW }],
    filter,
    engine: 'auto',
    format: 'ndjson',
    header: true,
    partPrefix: 't/e/shard-0/1-n/',
    limits: { partBytes: 1e9, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 },
    malformedLines: 'fail',
    ...more,
  };
  const summary = await evaluateRange(task, {
    source,
    sink,
    compile: createCompiledViews(),
    openScan: createScans(),
    openFilter: createFilters((key) => sink.read(key)),
    control: () => 'run',
    onUpload: () => undefined,
    onCut: async (cut) => void cuts.push(cut),
    now: () => 0,
  });
  if (summary.last) cuts.push(summary.last);
  const bodies = await Promise.all(cuts.flatMap(({ parts }) => parts).map(({ key }) => sink.read(key)));
  const rows = Buffer.concat(bodies.map((body) => body ?? Buffer.alloc(0)));
  const ids = [...rows.toString().matchAll(/"id":"(o\d+)"/g)].map(([, id]) => id ?? '');
  return { ids, resources: summary.resources, cuts };
}

describe.each(['scan', 'codegen', 'fhirpath'] as const)('on the engine %s a range evaluates', (engine) => {
  test('resources that were changed later than an instant, or do not say when', async () => {
    const { ids, resources } = await run({ since: '2026-05-31T23:59:59.999Z' }, { engine });
    expect(ids).toEqual(['o0', 'o2', 'o4', 'o5', 'o6', 'o7']);
    expect(resources).toBe(6);
  });

  test('resources of the patients in an object of the store', async () => {
    const { ids } = await run({ patients: KEY }, { engine });
    expect(ids).toEqual(['o0', 'o1', 'o3', 'o4', 'o5', 'o6']);
  });

  test('resources with an unreadable time of change, which it counts with their place', async () => {
    const lines = [
      observation(0, 'Patient/a', '2026-06-01T00:00:00Z'),
      observation(1, 'Patient/a', '2024-02-30T00:00:00Z'),
      observation(2, 'Patient/c', '2024-02-30T00:00:00Z'),
      observation(3, 'Patient/a'),
      observation(4, 'Patient/b', 'yesterday'),
      observation(5, 'Patient/a', '2020-01-01T00:00:00Z'),
    ];
    const since = '2026-01-01T00:00:00Z';
    const tallies = async (filter: RangeFilter): Promise<readonly unknown[]> => {
      const { ids, cuts } = await run(filter, { engine }, lines);
      return [ids, sumTallies(cuts.map(({ tally }) => tally)).undated];
    };
    const first = (lines[0]?.length ?? 0) + 1;
    expect(await tallies({ since })).toEqual([['o0', 'o1', 'o2', 'o3', 'o4'], { count: 3, first }]);
    expect(await tallies({ since, patients: KEY })).toEqual([['o0', 'o1', 'o3', 'o4'], { count: 2, first }]);
    expect(await tallies({ patients: KEY })).toEqual([['o0', 'o1', 'o3', 'o4', 'o5'], undefined]);
  });

  test('nothing of a patient with the same id elsewhere, nor behind a base that is not declared', async () => {
    const foreign = [observation(8, 'https://elsewhere.example/fhir/Patient/a'), ...LINES.slice(8, 9)];
    const of = async (bases: OwnBases): Promise<readonly string[]> =>
      (await run({ patients: KEY }, { engine, bases }, foreign)).ids;
    expect(await of(OWN)).toEqual(['o6']);
    expect(await of([])).toEqual([]);
    expect(await of('any')).toEqual(['o8', 'o6']);
  });

  test('resources that pass both filters', async () => {
    const { ids } = await run({ since: '2026-05-31T22:30:00Z', patients: KEY }, { engine });
    expect(ids).toEqual(['o0', 'o3', 'o4', 'o5', 'o6']);
  });

  test('nothing, with a cut that tells how far it is, where nothing passes', async () => {
    const { ids, cuts } = await run(
      { since: '2099-01-01T00:00:00Z', patients: KEY },
      { engine },
      LINES.slice(0, 4),
    );
    expect(ids).toEqual([]);
    expect(cuts).toEqual([expect.objectContaining({ to: LINES.slice(0, 4).join('\n').length, parts: [] })]);
  });

  test('no view on resources that do not pass, so a faulty value in them is not a fault', async () => {
    const view = { resource: 'Observation', select: [{ column: [{ name: 'id', path: 'note.text' }] }] };
    const faulty = observation(8, 'Patient/x').replace('"id"', '"note":[{"text":"x"},{"text":"y"}],"id"');
    const more = { engine, views: [{ subject: 0, view }] };
    await expect(run({ patients: KEY }, more, [faulty])).resolves.toMatchObject({ resources: 0 });
    await expect(run({ since: '2026-01-01T00:00:00Z' }, more, [faulty])).rejects.toThrow('o8');
  });

  test('no line that is not a resource, with any filter', async () => {
    const lines = [...LINES, '{"id":"x","subject":{"reference":"Patient/x"}}'];
    await expect(run({ patients: KEY }, { engine }, lines)).rejects.toThrow('line 11');
  });
});

test('a range whose patients are gone from the store fails', async () => {
  await expect(run({ patients: 't/e/cohort-2-n.ids' })).rejects.toThrow('missing from the object store');
});
