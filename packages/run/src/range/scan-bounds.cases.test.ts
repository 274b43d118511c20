import { describe, expect, test } from '@jest/globals';
import { OP_FIELD, OP_THIS, createScan } from '@millrace/scan';
import type { Instruction, Scan, ScanFormat, ScanProgram } from '@millrace/scan';
import { createMemorySink, createMemorySource } from '@millrace/storage/memory';
import type { PinnedInput } from '@millrace/storage';
import { createCompiledViews } from '@millrace/viewdef';
import { evaluateRange } from './evaluate-range.js';
import { createScans } from './open-scans.js';
import type { OpenScan } from './open-scans.js';
import type { RangeTask } from './range-task.js';

interface Evaluated {
  /** Hashes of the parts, in order. */
  readonly parts: readonly string[];
  readonly rows: number;
}

async function evaluate(
  lines: readonly string[],
  view: Readonly<Record<string, unknown>> & { readonly resource: string },
  engine: RangeTask['engine'],
  format: ScanFormat,
  openScan: OpenScan,
): Promise<Evaluated> {
  const files = new Map([[`${view.resource}.ndjson`, Buffer.from(`${lines.join('\n')}\n`)]]);
  const source = createMemorySource({ name: 'default', fhirVersion: 'R4', files });
  const [input] = (await source.list(view.resource)) as [PinnedInput];
  const summary = await evaluateRange(
    {
      source: 'default',
      fhirVersion: 'R4',
      bases: [],
      resourceType: view.resource,
      input,
      start: 0,
      end: input.bytes,
      from: 0,
      firstCut: 0,
      views: [{ subject: 0, view }],
      engine,
      format,
      header: true,
      partPrefix: 't/e/shard-0/1-n/',
      malformedLines: 'fail',
      limits: { partBytes: 1e9, partRows: 1e9, inputBytes: 1e9, seconds: 1e9 },
    },
    {
      source,
      sink: createMemorySink(),
      compile: createCompiledViews(),
      openScan,
      control: () => 'run',
      onUpload: () => undefined,
      onCut: async () => undefined,
      now: () => 0,
    },
  );
  return { parts: summary.last?.parts.map(({ sha256 }) => sha256) ?? [], rows: summary.rows };
}

/** A scan, and where the lines begin that it finds odd. */
function watched(scan: Scan): { readonly scan: Scan; readonly odd: number[] } {
  const odd: number[] = [];
  let [chunk, next] = [0, 0];
  return {
    odd,
    scan: {
      ...scan,
      begin(bytes) {
        chunk = next;
        next += bytes.length;
        scan.begin(bytes);
      },
      run(limits) {
        const stop = scan.run(limits);
        if (stop.kind === 'odd') odd.push(chunk + stop.oddFrom);
        return stop;
      },
    },
  };
}

/** Which of the lines the scan left to generated code; both must have given the same bytes. */
async function leftLines(
  lines: readonly string[],
  view: Parameters<typeof evaluate>[1],
  format: ScanFormat,
  openScan: OpenScan = createScans(),
): Promise<{ left: number[]; traps: number; rows: number }> {
  let opened: { readonly scan: Scan; readonly odd: number[] } | undefined;
  let traps = (): number => 0;
  const scanned = await evaluate(lines, view, 'scan', format, (...views) => {
    const answer = openScan(...views);
    const { scan } = answer;
    if (scan === undefined) return answer;
    traps = () => scan.traps;
    opened = watched(scan);
    return { ...answer, scan: opened.scan };
  });
  expect(scanned).toEqual(await evaluate(lines, view, 'codegen', format, openScan));
  const starts = new Map<number, number>();
  let at = 0;
  for (const [number, line] of lines.entries()) {
    starts.set(at, number);
    at += Buffer.byteLength(line) + 1;
  }
  return {
    left: opened?.odd.map((from) => starts.get(from) ?? -1) ?? [],
    traps: traps(),
    rows: scanned.rows,
  };
}

function column(name: string, path: string, more: object = {}): object {
  return { name, path, ...more };
}

function patient(id: string, more: object = {}): string {
  return JSON.stringify({ resourceType: 'Patient', id, ...more });
}

const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

/** This many levels with this many items, each level below the first item of the one above. */
function answers(levels: number, items: number): object[] {
  let list: object[] = [];
  for (let level = 0; level < levels; level += 1) {
    const first = list.length > 0 ? { linkId: `${level}`, item: list } : { linkId: 'last' };
    list = [first, ...times(items - 1, () => ({}))];
  }
  return list;
}

const response = (id: string, levels: number, items: number): string =>
  JSON.stringify({ resourceType: 'QuestionnaireResponse', id, item: answers(levels, items) });

const id = column('id', 'id');
const ofPatients = (...select: object[]): { resource: string; select: object[] } => ({
  resource: 'Patient',
  select,
});
const long = 'x'.repeat(1000);

/**
 * The program of the view in the last test, except that the slot of the second key is far outside the
 * kernel's memory.
 */
function damagedProgram(format: ScanFormat): ScanProgram {
  const keys = ['resourceType', 'id', 'maritalStatus'];
  const field = (from: Instruction, key: number): Instruction => ({ op: OP_FIELD, operands: [from, key] });
  const resource: Instruction = { op: OP_THIS, operands: [] };
  const cells = [field(resource, 1), field(field(resource, 2), 0x7fffffff)];
  const level = { columns: cells.map((expression, cell) => ({ cell, expression, flags: 0 })), steps: [] };
  return {
    resource: 'Patient',
    keys,
    nodes: [
      { flags: 0, edges: keys.map((_, key) => ({ key, node: key + 1 })) },
      ...keys.map(() => ({ flags: 0, edges: [] })),
    ],
    views: [{ format: format === 'parquet' ? 'cells' : format, columns: ['id', 'status'], where: [], level }],
  };
}

const bounds = [
  {
    what: 'too many captured values',
    view: ofPatients({ column: [id, column('family', 'name.first().family')] }),
    within: patient('w', { name: [{ family: 'X' }, ...times(130_000, () => ({}))] }),
    beyond: patient('b', { name: [{ family: 'X' }, ...times(160_000, () => ({}))] }),
  },
  {
    what: 'too many results of an expression',
    view: ofPatients({ column: [id, column('families', 'name.family', { collection: true })] }),
    within: patient('w', { name: times(4000, (n) => ({ family: `${n}` })) }),
    beyond: patient('b', { name: times(10_000, (n) => ({ family: `${n}` })) }),
  },
  {
    what: 'too many items of iterations in work at once',
    view: {
      resource: 'QuestionnaireResponse',
      select: [{ column: [id] }, { repeat: ['item'], column: [column('link', 'linkId')] }],
    },
    within: response('w', 120, 200),
    beyond: response('b', 120, 300),
  },
  {
    what: 'more rows than there is room for',
    view: ofPatients(
      { column: [id] },
      { forEach: 'name', column: [column('family', 'family')] },
      { forEach: 'telecom', column: [column('value', 'value')] },
    ),
    within: patient('w', {
      name: times(70, () => ({ family: long })),
      telecom: times(70, (n) => ({ value: `${n}` })),
    }),
    beyond: patient('b', {
      name: times(100, () => ({ family: long })),
      telecom: times(100, (n) => ({ value: `${n}` })),
    }),
  },
  {
    what: 'too much text made by join',
    view: ofPatients({ column: [id, column('given', `name.given.join('${'-'.repeat(250)}')`)] }),
    within: patient('w', { name: [{ given: times(3000, () => 'g') }] }),
    beyond: patient('b', { name: [{ given: times(5000, () => 'g') }] }),
  },
  {
    what: 'too much text made by replace',
    view: ofPatients({ column: [id, column('family', `name.family.replace('a', '${'b'.repeat(20)}')`)] }),
    within: patient('w', { name: [{ family: 'a'.repeat(2000) }] }),
    beyond: patient('b', { name: [{ family: 'a'.repeat(100_000) }] }),
  },
];

describe.each<ScanFormat>(['ndjson', 'csv', 'parquet'])('a scan to %s leaves to generated code', (format) => {
  test.each(bounds)('a line with $what, and no line around it', async ({ view, within, beyond }) => {
    const few = JSON.stringify({ ...(JSON.parse(within) as object), id: 'few', item: [{ linkId: '1' }] });
    const { left, traps } = await leftLines([within, beyond, few, within], view, format);
    expect(left).toEqual([1]);
    expect(traps).toBe(0);
  });

  test('the line on which its kernel traps, and counts it', async () => {
    const view = ofPatients({ column: [id, column('status', 'maritalStatus.text')] });
    const trapping = patient('t', { maritalStatus: { text: 'T' } });
    const lines = [patient('a'), trapping, patient('b'), trapping, patient('c')];
    const opened = { scan: createScan(damagedProgram(format)), views: [0], declines: [] };
    expect(await leftLines(lines, view, format, () => opened)).toEqual({
      left: [1, 3],
      traps: 2,
      rows: 5,
    });
  });
});
