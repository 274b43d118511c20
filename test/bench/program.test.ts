import { describe, expect, it } from '@jest/globals';
import { runBenchmarks } from '../harness/bench/src/program.js';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await runBenchmarks(args, {
    out: (text) => (out += text),
    err: (text) => (err += text),
    stop: new AbortController().signal,
  });
  return { code, out, err };
}

describe('the benchmarks', () => {
  it('are listed by --help', async () => {
    const { code, out } = await run('--help');
    expect(code).toBe(0);
    for (const name of [
      'engine',
      'peers',
      'pipeline',
      'scaling',
      'memory',
      'resume',
      'control-plane',
      'scale',
      'burst',
      'run',
      'sql-run',
      'sql',
      'spill',
      'storage',
      'bulk',
      'ids',
      'tenants',
    ])
      expect(out).toMatch(new RegExp(`^ {2}${name}`, 'm'));
  });

  it('sort more than the memory of the SQL engine, and say what the process took', async () => {
    const { code, out } = await run('spill', '--memory', '32MB', '--times', '2');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      benchmark: 'spill',
      memoryBytes: 32e6,
      rows: 1_600_000,
      sortedBytes: 64e6,
      peakBytes: expect.any(Number),
    });
  });

  it('compare uploads and downloads of a store with plain loops', async () => {
    const { code, out } = await run('storage', '--bytes', '2MB', '--rounds', '1');
    const speeds = {
      bareMbPerSecond: expect.any(Number),
      mbPerSecond: expect.any(Number),
      toBare: expect.any(Number),
    };
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      benchmark: 'storage',
      folder: { upload: speeds, download: speeds },
    });
  });

  it('print JSON with the speed of each engine and its ratio to the floor', async () => {
    const args = ['--bytes', '200KB', '--rounds', '1', '--view', 'patient_addresses', 'condition_flat'];
    const { code, out } = await run('engine', ...args);
    expect(code).toBe(0);
    const engine = {
      mbPerSecond: expect.any(Number),
      resourcesPerSecond: expect.any(Number),
      toFloor: expect.any(Number),
    };
    const number: unknown = expect.any(Number);
    const spread = { lowest: number, median: number, geometricMean: number };
    expect(JSON.parse(out)).toMatchObject({
      benchmark: 'engine',
      format: 'csv',
      toFloor: { scan: spread, scanOfRead: spread, codegen: spread, fhirpath: spread },
      onePass: { limit: 0.75, types: [] },
      views: [
        {
          view: 'condition_flat',
          engines: { floor: { ...engine, toFloor: 1 }, scan: engine, codegen: engine, fhirpath: engine },
        },
        { view: 'patient_addresses', resource: 'Patient' },
      ],
    });
  });

  it('run whole processes in turns, and say which are not there', async () => {
    const args = ['--bytes', '1MB', '20KB', '--threads', '1', '--format', 'csv', '--rounds', '1'];
    const { code, out } = await run(
      'run',
      ...args,
      '--view',
      'patient_addresses',
      '--duckdb',
      '/nowhere/duckdb',
    );
    expect(code).toBe(0);
    const program = {
      seconds: expect.any(Number),
      peakMb: expect.any(Number),
      millraceTo: expect.any(Number),
    };
    const programs = { node: program, floor: program, millrace: { ...program, millraceTo: 1 } };
    expect(JSON.parse(out)).toMatchObject({
      benchmark: 'run',
      present: ['node', 'floor', 'millrace'],
      absent: [{ name: 'duckdb', absent: '/nowhere/duckdb does not run' }],
      results: [
        { format: 'csv', threads: 1, bytes: 20_000, views: [{ view: 'patient_addresses', programs }] },
        {
          format: 'csv',
          threads: 1,
          bytes: 1_000_000,
          views: [{ view: 'patient_addresses', programs: { floor: program, millrace: programs.millrace } }],
        },
      ],
    });
  });

  it('compare one pass for all views of a resource type with a pass for each', async () => {
    const args = [
      '--bytes',
      '100KB',
      '--rounds',
      '1',
      '--view',
      'patient_addresses',
      'patient_telecom_union',
    ];
    const { out } = await run('engine', ...args);
    expect(JSON.parse(out)).toMatchObject({
      onePass: {
        types: [
          {
            resource: 'Patient',
            views: ['patient_addresses', 'patient_telecom_union'],
            mbPerSecond: expect.any(Number),
            toOneByOne: expect.any(Number),
            sameRows: true,
          },
        ],
      },
    });
  });

  it('print the cost of dropped resources, compared with the index alone', async () => {
    const { out } = await run('engine', '--bytes', '100KB', '--rounds', '1', '--view', 'encounter_flat');
    const dropped = { resource: 'Encounter', toIndex: { all: expect.any(Number), read: expect.any(Number) } };
    expect(JSON.parse(out)).toMatchObject({
      dropped: [
        { ...dropped, filter: 'since', rows: 0 },
        { ...dropped, filter: 'patient', rows: 0 },
      ],
    });
  });

  it('print the cost of a column for fhirpath.js, compared with the view without it and with that column alone', async () => {
    const { out } = await run('engine', '--bytes', '100KB', '--rounds', '1', '--view', 'encounter_flat');
    expect(JSON.parse(out)).toMatchObject({
      outside: [
        {
          view: 'encounter_flat',
          column: "id.matches('^a')",
          toWithout: expect.any(Number),
          toColumnAlone: expect.any(Number),
        },
      ],
    });
  });

  it.each([
    [['nothing'], /unknown command/],
    [['engine', '--format', 'xml'], /xml.*csv, ndjson, json, parquet/s],
    [['engine', '--bytes', 'many'], /Expected a number of bytes/],
    [['engine', '--rounds', '0'], /Expected a whole number from 1/],
    [['scaling', '--threads', '1', 'two'], /Expected a whole number from 1/],
    [['memory', '--format', 'csv', 'xml'], /xml.*csv, ndjson, json, parquet/s],
    [['resume', '--every', '0'], /Expected a number above 0/],
  ])('refuse %j and say what would be right', async (args, message) => {
    const { code, err } = await run(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
  });

  it('name the views there are when one is unknown', async () => {
    const { code, err } = await run('engine', '--view', 'nothing');
    expect(code).toBe(1);
    expect(err).toMatch(/--view is nothing, expected names out of condition_flat/);
  });
});
