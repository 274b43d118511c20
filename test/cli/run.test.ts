import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { writeSample, sampleDataDir, sampleViewsDir } from '@millrace/samples';
import { parquetReadObjects } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { millrace } from './millrace.js';

jest.setTimeout(120_000);

let folder: string;
/** Large enough for several ranges. */
let data: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-run-'));
  data = join(folder, 'data');
  await writeSample(data, { seed: 7, patients: 1200 });
});

afterAll(() => rm(folder, { recursive: true }));

function viewFile(name: string): string {
  return join(sampleViewsDir, `${name}.json`);
}

function run(...args: string[]) {
  return millrace('run', ...args);
}

describe('millrace run', () => {
  test.each(['csv', 'json'])('gives the same %s bytes on any number of threads', async (format) => {
    const view = viewFile('observation_values');
    const one = await run('--view', view, '--input', data, '--format', format, '--threads', '1');
    const three = await run('--view', view, '--input', data, '--format', format, '--threads', '3');
    expect(one.code).toBe(0);
    expect(one.out.length).toBeGreaterThan(1_000_000);
    expect(three.out === one.out).toBe(true);
  });

  test('joins the Parquet parts of several inputs into one file with all rows in order', async () => {
    const view = viewFile('patient_demographics');
    const parquet = join(folder, 'p.parquet');
    const inputs = ['--input', data, sampleDataDir];
    expect((await run('--view', view, ...inputs, '--format', 'parquet', '--out', parquet)).code).toBe(0);
    const ndjson = await run('--view', view, ...inputs, '--format', 'ndjson');
    const file = new Uint8Array(await readFile(parquet)).buffer;
    const ids = (await parquetReadObjects({ file, compressors })).map((row): unknown => row['id']);
    const lines = ndjson.out.trim().split('\n');
    expect(ids.length).toBeGreaterThan(1000);
    expect(ids).toEqual(lines.map((line) => (JSON.parse(line) as { id: string }).id));
  });

  test('writes a file for each view, and stats that add up', async () => {
    const out = join(folder, 'several');
    const views = ['patient_demographics', 'patient_addresses', 'condition_flat'];
    const { code, err } = await run(
      '--view',
      ...views.map(viewFile),
      '--input',
      data,
      '--format',
      'csv',
      '--out',
      out,
      '--stats',
      '--repeated-ids',
    );
    expect(code).toBe(0);
    expect((await readdir(out)).sort()).toEqual(views.map((name) => `${name}.csv`).sort());
    const stats = JSON.parse(err.trim().split('\n').at(-1) ?? '') as Record<string, unknown>;
    const texts = await Promise.all(views.map((name) => readFile(join(out, `${name}.csv`))));
    expect(stats).toMatchObject({
      bytesOut: texts.reduce((sum, { length }) => sum + length, 0),
      engine: 'scan',
      repeatedIds: 0,
    });
    for (const fact of ['rows', 'resources', 'bytesIn', 'seconds']) expect(stats[fact]).toBeGreaterThan(0);
  });

  test('reads a file of any name, gzip too, and counts ids that come again', async () => {
    const patients = await readFile(join(sampleDataDir, 'Patient.ndjson'));
    const doubled = join(folder, 'both.txt.gz');
    await writeFile(doubled, gzipSync(Buffer.concat([patients, patients])));
    const view = viewFile('patient_demographics');
    const { out, err } = await run(
      '--view',
      view,
      '--input',
      doubled,
      '--format',
      'ndjson',
      '--repeated-ids',
    );
    const once = (await run('--view', view, '--input', sampleDataDir, '--format', 'ndjson')).out;
    expect(out).toBe(once + once);
    expect(JSON.parse(err)).toMatchObject({ resources: 72, repeatedIds: 36 });
  });

  test('writes the format that the name of the file says, for each view of a folder', async () => {
    const views = join(folder, 'views');
    await mkdir(views);
    await writeFile(join(views, 'notes.txt'), 'no view');
    const view = await readFile(viewFile('patient_demographics'), 'utf8');
    await writeFile(join(views, 'a.json'), view);
    const out = join(folder, 'named.ndjson');
    expect((await run('--view', views, '--input', data, '--out', out)).code).toBe(0);
    const rows = await run('--view', join(views, 'a.json'), '--input', data, '--format', 'ndjson');
    expect(await readFile(out, 'utf8')).toBe(rows.out);

    const unknown = await run('--view', views, '--input', data, '--out', join(folder, 'named.txt'));
    expect(unknown.code).toBe(2);
    expect(unknown.err).toContain('give --format, or --out with a name that ends with one of .csv, .ndjson');
    await mkdir(join(folder, 'no-views'));
    const none = await run('--view', join(folder, 'no-views'), '--input', data, '--format', 'csv');
    expect(none.code).toBe(2);
    expect(none.err).toContain('no-views has no view');
  });

  test('ends after the rows that were asked for, of one view', async () => {
    const view = viewFile('patient_demographics');
    const rest = ['--input', data, '--format', 'csv'];
    const all = await run('--view', view, ...rest);
    const some = await run('--view', view, ...rest, '--limit', '3');
    expect(some.out).toBe(all.out.split('\n').slice(0, 4).concat('').join('\n'));
    const two = await run('--view', view, viewFile('condition_flat'), ...rest, '--limit', '3');
    expect(two.code).toBe(2);
    expect(two.err).toContain('--limit is for one view, and there are 2');
  });

  test('makes a complete file where no resource matches', async () => {
    const view = join(folder, 'none.json');
    await writeFile(view, '{"resource":"Device","select":[{"column":[{"name":"id","path":"id"}]}]}');
    const csv = await run('--view', view, '--input', data, '--format', 'csv');
    const json = await run('--view', view, '--input', data, '--format', 'json');
    expect([csv.out, json.out]).toEqual(['id\n', '[]']);
  });

  test('leaves no file behind when a line is broken, and says where it is', async () => {
    const broken = join(folder, 'broken.ndjson');
    await writeFile(broken, '{"resourceType":"Patient","id":"a"}\n{"resourceType":\n');
    const out = join(folder, 'broken.csv');
    const view = viewFile('patient_demographics');
    const { code, err } = await run('--view', view, '--input', broken, '--format', 'csv', '--out', out);
    expect(code).toBe(1);
    expect(err).toContain('broken.ndjson, line 2');
    expect((await readdir(folder)).filter((name) => name.startsWith('broken.csv'))).toEqual([]);
  });

  test('names the element at fault in a view', async () => {
    const view = join(folder, 'faulty.json');
    await writeFile(view, '{"resource":"Patient","select":[{"column":[{"name":"id","path":"@@"}]}]}');
    const { code, err, out } = await run('--view', view, '--input', data, '--format', 'csv');
    expect(code).toBe(1);
    expect(err).toContain('select[0].column[0].path');
    expect(out).toBe('');
  });

  test('names each expression that keeps its view off the scan, and runs the other views there', async () => {
    const view = join(folder, 'cliff.json');
    const where = [{ path: "gender in ('male' | 'female')" }];
    const column = [
      { name: 'id', path: 'id' },
      { name: 'is_a', path: "id.matches('a')" },
    ];
    await writeFile(
      view,
      JSON.stringify({ resource: 'Patient', name: 'cliff', where, select: [{ column }] }),
    );
    const views = ['--view', view, viewFile('patient_demographics')];
    const rest = ['--input', sampleDataDir, '--format', 'csv', '--out', join(folder, 'mixed/')];
    const { code, err } = await run(...views, ...rest, '--stats');
    expect(code).toBe(0);
    const [first, second, stats, ...more] = err.trim().split('\n');
    const line = 'note: view "cliff" runs slower, with the same rows: ViewDefinition';
    expect(first).toMatch(
      `${line}.where[0].path "gender in ('male' | 'female')" does not run on the scan, because only`,
    );
    expect(second).toBe(
      `${line}.select[0].column[1].path "id.matches('a')" does not run on the scan, because only fhirpath.js has matches()`,
    );
    expect(JSON.parse(stats ?? '')).toMatchObject({ engine: 'codegen+fhirpath, scan' });
    expect(more).toEqual([]);
    expect((await run(...views, ...rest, '--engine', 'codegen')).err).toBe('');
  });

  test('counts what a condition alone runs on', async () => {
    const view = join(folder, 'condition.json');
    const select = [{ column: [{ name: 'id', path: 'id' }] }];
    await writeFile(
      view,
      JSON.stringify({ resource: 'Patient', where: [{ path: "id.matches('a')" }], select }),
    );
    const { err } = await run('--view', view, '--input', sampleDataDir, '--format', 'csv', '--stats');
    expect(JSON.parse(err.trim().split('\n').at(-1) ?? '')).toMatchObject({ engine: 'codegen+fhirpath' });
  });

  test('gives keys of absolute references under the bases of the input only, on every engine', async () => {
    const [view, input] = [join(folder, 'keys.json'), join(folder, 'Observation.ndjson')];
    const column = [{ name: 'key', path: 'subject.getReferenceKey(Patient)' }];
    await writeFile(view, JSON.stringify({ resource: 'Observation', select: [{ column }] }));
    const references = [
      'Patient/1',
      'https://ehr.example/fhir/Patient/2',
      'https://old.example/Patient/3/_history/1',
      'https://elsewhere.example/fhir/Patient/4',
      'urn:uuid:5',
      '#6',
      'Patient?_id=7',
      'Group/8',
    ];
    const line = (reference: string) =>
      JSON.stringify({ resourceType: 'Observation', subject: { reference } });
    await writeFile(input, references.map(line).join('\n'));
    const keys = async (...bases: string[]): Promise<string> => {
      const given = bases.length === 0 ? [] : ['--base-url', ...bases];
      const engines = ['scan', 'codegen', 'fhirpath', 'auto'].map((engine) =>
        run('--view', view, '--input', input, '--format', 'csv', '--no-header', '--engine', engine, ...given),
      );
      const outs = new Set((await Promise.all(engines)).map(({ out }) => (out.match(/\d/g) ?? []).join()));
      expect([...outs]).toHaveLength(1);
      return [...outs][0] ?? '';
    };
    expect(await keys()).toBe('1');
    expect(await keys('HTTPS://EHR.example/fhir/')).toBe('1,2');
    expect(await keys('https://ehr.example/fhir', 'https://old.example')).toBe('1,2,3');
    const wrong = await run('--view', view, '--input', input, '--format', 'csv', '--base-url', 'ehr.example');
    expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('https://ehr.example/fhir')]);
  });

  test('an unknown engine is a usage fault that lists the known ones', async () => {
    const view = viewFile('patient_demographics');
    const { code, err } = await run('--view', view, '--input', data, '--format', 'csv', '--engine', 'swift');
    expect(code).toBe(2);
    expect(err).toContain('auto, scan, codegen, fhirpath');
  });

  test('ends with the view, the column and the place of a resource that is evaluated without end', async () => {
    const [view, input] = [join(folder, 'endless.json'), join(folder, 'endless.ndjson')];
    const path = "name.family.first().matches('^(a+)+$')";
    const column = [
      { name: 'id', path: 'id' },
      { name: 'family', path },
    ];
    await writeFile(view, JSON.stringify({ name: 'endless', resource: 'Patient', select: [{ column }] }));
    const first = JSON.stringify({ resourceType: 'Patient', id: 'p1' });
    const name = [{ family: `${'a'.repeat(60)}!` }];
    await writeFile(input, `${first}\n${JSON.stringify({ resourceType: 'Patient', id: 'p2', name })}\n`);
    const { code, err } = await run(
      '--view',
      view,
      '--input',
      input,
      '--format',
      'csv',
      '--resource-seconds',
      '1',
    );
    expect(code).toBe(1);
    expect(err).toContain(
      `evaluating column "family" of the view "endless" on the resource at byte offset ${first.length + 1} of endless.ndjson took longer than the 1 s that it may`,
    );
  });
});
