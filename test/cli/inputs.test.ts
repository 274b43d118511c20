import { link, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { idView } from '../e2e/id-view.js';
import { millrace } from './millrace.js';
import { inShell } from './in-shell.js';

jest.setTimeout(60_000);

const resource = (type: string, id: string): string => `{"resourceType":"${type}","id":"${id}"}\n`;
const row = (id: string): string => `{"id":"${id}"}\n`;

let folder: string;
let data: string;
let view: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-inputs-'));
  data = join(folder, 'data');
  view = join(folder, 'v.json');
  await mkdir(data);
  await writeFile(view, JSON.stringify(idView('Patient')));
  await writeFile(join(data, '1.Patient.ndjson'), resource('Patient', 'a'));
});
afterAll(() => rm(folder, { recursive: true }));

function run(inputs: readonly string[], ...more: readonly string[]) {
  return millrace('run', '--view', view, '--input', ...inputs, '--format', 'ndjson', ...more);
}

async function file(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

describe('unread parts of the inputs', () => {
  test('is named in a warning and counted by kind', async () => {
    const other = join(folder, 'other');
    await mkdir(other);
    await writeFile(join(other, 'Patient.ndjson'), resource('Patient', 'b') + resource('Bundle', 'x'));
    await writeFile(join(other, 'patients.ndjson'), '');
    await writeFile(join(other, 'Patient.zip'), '');
    const { code, out, err } = await run([other], '--stats');
    expect([code, out]).toEqual([0, row('b')]);
    const lines = err.trim().split('\n');
    expect(lines[0]).toMatch(
      /^warning: 2 files .* not read: .*\/other\/Patient\.zip, .*\/patients\.ndjson\. Millrace reads/,
    );
    expect(lines[1]).toMatch(
      /^warning: resources of .*Patient\.ndjson were skipped.*Bundle \(1\); resources inside a Bundle/,
    );
    expect(JSON.parse(lines[2] ?? '')).toMatchObject({ notices: { 'unread-input': 2, 'other-type': 1 } });
  });

  test('fails the run where a view has nothing else', async () => {
    const strange = join(folder, 'strange');
    await mkdir(strange);
    await writeFile(join(strange, 'export.ndjson'), resource('Patient', 'a'));
    const { code, out, err } = await run([strange]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(/no input is one of Patient, and 1 file .*export\.ndjson\. Millrace reads files/);
    expect(await run([strange, join(strange, 'export.ndjson')])).toMatchObject({ code: 0, out: row('a') });
  });

  test('is a file of a folder within, with the advice that reads it', async () => {
    const jobs = join(folder, 'jobs');
    const inner = join(jobs, '6e0a');
    await mkdir(inner, { recursive: true });
    await writeFile(join(inner, '1.Patient.ndjson'), resource('Patient', 'a'));
    const { code, out, err } = await run([jobs]);
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(
      /1 file .*\/jobs\/6e0a\/1\.Patient\.ndjson\. .*Another folder.*: name the folder to read\./,
    );
    expect(await run([inner])).toMatchObject({ code: 0, out: row('a'), err: '' });
  });

  test('are lines that are not resources, where that is asked for', async () => {
    const broken = await file('broken.ndjson', `${resource('Patient', 'a')}{"resourceType"\n\n[]\n`);
    expect((await run([broken])).code).toBe(1);
    const { code, out, err } = await run([broken], '--malformed-lines', 'skip', '--stats');
    expect([code, out]).toEqual([0, row('a')]);
    expect(err).toContain('that are not resources were skipped: 2, the first at byte offset 36');
    expect(err).toContain('"notices":{"skipped-line":2}');
  });

  test('is no other type that another view reads from the same file', async () => {
    const mixed = await file('mixed.ndjson', resource('Patient', 'a') + resource('Group', 'g'));
    const groups = await file('groups.json', JSON.stringify(idView('Group')));
    const out = join(folder, 'mixed');
    const views = ['--view', view, groups];
    const { code, err } = await millrace('run', ...views, '--input', mixed, '--format', 'csv', '--out', out);
    expect([code, err]).toEqual([0, '']);
    expect(await readFile(join(out, 'groups.csv'), 'utf8')).toBe('id\ng\n');
  });
});

describe('a table without a row is named', () => {
  test('when there is nothing to read, in a folder, a file or a pipe', async () => {
    const none = join(folder, 'none');
    await mkdir(none);
    const empty = await file('empty.ndjson', '');
    for (const input of [none, empty]) {
      const { code, out, err } = await run([input], '--stats');
      expect([code, out]).toEqual([0, '']);
      const [warning, stats = ''] = err.trim().split('\n');
      expect(warning).toBe('warning: view "patients": the table is empty: no input holds Patient');
      expect(JSON.parse(stats)).toMatchObject({ rows: 0, notices: { 'no-rows': 1 } });
    }
    const { code, err } = await inShell('true | $MILLRACE --input - $ARGS', {
      ARGS: `--view ${view} --format ndjson`,
    });
    expect([code, err]).toEqual([
      0,
      'warning: view "patients": the table is empty: no Patient in the input gives a row\n',
    ]);
  });

  test('when no resource gives a row, and not beside one that has rows', async () => {
    const never = await file(
      'never.json',
      JSON.stringify({ ...idView('Patient'), name: 'never', where: [{ path: "gender = 'Male'" }] }),
    );
    const { code, err } = await run([data], '--view', never, '--out', join(folder, 'tables/'));
    expect([code, err]).toEqual([
      0,
      'warning: view "never": the table is empty: no Patient in the input gives a row\n',
    ]);
  });
});

describe('a file that is given more than once', () => {
  test('is read once, under any names, with a warning', async () => {
    const path = join(data, '1.Patient.ndjson');
    const linked = join(folder, 'linked.ndjson');
    await symlink(path, linked);
    for (const inputs of [
      [path, path],
      [data, path],
      [linked, data],
    ]) {
      const { code, out, err } = await run(inputs, '--stats');
      expect([code, out]).toEqual([0, row('a')]);
      expect(err).toMatch(/^warning: read once although there are other names of the same files: .*ndjson\n/);
      expect(err).toContain('"notices":{"repeated-input":1}');
    }
  });
});

describe('an output that is an input', () => {
  test.each(['the same path', 'a symbolic link', 'a hard link'])(
    'is refused as %s, and the input is left as it was',
    async (way) => {
      const input = await file(`${way}.ndjson`, resource('Patient', 'a'));
      const other = join(folder, `${way} too.ndjson`);
      if (way === 'a symbolic link') await symlink(input, other);
      if (way === 'a hard link') await link(input, other);
      const { code, err } = await run([input], '--out', way === 'the same path' ? input : other);
      expect(code).toBe(2);
      expect(err).toMatch(/is the input .* which the output would overwrite: give another --out/);
      expect(await readFile(input, 'utf8')).toBe(resource('Patient', 'a'));
    },
  );
});

describe('an output', () => {
  const FORMAT = ['--format', 'json'];

  test('that is a view, as by the name of its format, is refused', async () => {
    const views = join(folder, 'views');
    await mkdir(views);
    const own = join(views, 'patients.json');
    const text = JSON.stringify(idView('Patient'));
    for (const out of [own, `${views}/`]) {
      await writeFile(own, text);
      const { code, err } = await millrace('run', '--view', own, '--input', data, ...FORMAT, '--out', out);
      expect([code, err]).toEqual([
        2,
        expect.stringMatching(/is the view .* which the output would overwrite: give another --out/),
      ]);
      expect(await readFile(own, 'utf8')).toBe(text);
    }
  });

  test('in a folder that does not exist is refused by the name of the folder', async () => {
    const out = join(folder, 'nowhere', 'x.ndjson');
    const { code, err } = await run([data], '--out', out);
    expect([code, err]).toEqual([
      2,
      `error: ${out} cannot be written: there is no folder ${join(folder, 'nowhere')}\n`,
    ]);
  });

  test('that several views cannot share is refused, be it a file or not yet there', async () => {
    const more = await file('several.json', JSON.stringify({ ...idView('Group'), name: 'several' }));
    const notThere = join(folder, 'all.csv');
    const shared = await run([data], '--view', more, '--out', notThere);
    expect([shared.code, shared.err]).toEqual([
      2,
      `error: 2 views cannot share the file ${notThere}: give a folder\n`,
    ]);
    const there = await file('there', 'x');
    const kept = await run([data], '--view', more, '--out', there);
    expect([kept.code, kept.err]).toEqual([2, `error: ${there} cannot be created as a folder: EEXIST\n`]);
  });

  test('whose name says another format is written, with a warning', async () => {
    const out = join(folder, 'rows.parquet');
    const { code, err } = await run([data], '--out', out);
    expect([code, err]).toEqual([0, `warning: ${out} is written as ndjson, whatever its name says\n`]);
    expect(await readFile(out, 'utf8')).toBe(row('a'));
  });

  test('that is no file is written into, and not replaced', async () => {
    const { code, out } = await inShell(
      'mkfifo "$FIFO"; cat "$FIFO" & $MILLRACE --input "$DATA" $ARGS --out "$FIFO"; wait; test -p "$FIFO"',
      {
        FIFO: join(folder, 'fifo'),
        DATA: data,
        ARGS: `--view ${view} --format ndjson`,
      },
    );
    expect([code, out]).toEqual([0, row('a')]);
  });

  test('of a view whose file begins with a byte order mark is that of the view', async () => {
    const marked = await file('marked.json', `\ufeff${JSON.stringify(idView('Patient'))}`);
    const { code, out } = await millrace('run', '--view', marked, '--input', data, '--format', 'ndjson');
    expect([code, out]).toEqual([0, row('a')]);
  });
});

describe('input from a pipe', () => {
  const args = (): string => `--view ${view} --format ndjson`;

  test.each([
    ['standard input by its dash', 'cat "$FILE" | $MILLRACE --input - $ARGS'],
    ['standard input by its name', 'cat "$FILE" | $MILLRACE --input /dev/stdin $ARGS'],
    ['a file as standard input', '$MILLRACE --input - $ARGS < "$FILE"'],
    ['gzip', 'gzip -c "$FILE" | $MILLRACE --input - $ARGS'],
    ['gzip of several members', '(gzip -c "$FILE"; gzip -c /dev/null) | $MILLRACE --input - $ARGS'],
    ['process substitution', '$MILLRACE --input <(gzip -c "$FILE" | zcat) $ARGS'],
    [
      'a FIFO',
      'mkfifo "$FILE.fifo"; (sleep 0.2; cat "$FILE") > "$FILE.fifo" & $MILLRACE --input "$FILE.fifo" $ARGS',
    ],
    ['a byte at a time', '(head -c 1 "$FILE"; sleep 0.1; tail -c +2 "$FILE") | $MILLRACE --input - $ARGS'],
    ['a byte order mark', String.raw`(printf "\xef\xbb\xbf"; cat "$FILE") | $MILLRACE --input - $ARGS`],
  ])('is read once: %s', async (title, script) => {
    const path = await file(
      `${title}.ndjson`,
      Array.from({ length: 500 }, (_, n) => resource('Patient', `p${n}`)).join(''),
    );
    const { code, out, err } = await inShell(script, { FILE: path, ARGS: args() });
    expect([code, err]).toEqual([0, '']);
    expect(out).toBe(Array.from({ length: 500 }, (_, n) => row(`p${n}`)).join(''));
  });

  test('is refused for views that would need it twice, and with --repeated-ids', async () => {
    const groups = await file('more.json', JSON.stringify({ ...idView('Group'), name: 'more' }));
    const twice = `--view ${view} ${groups} --format csv --out ${folder}/twice/`;
    expect(await inShell('$MILLRACE --input - $ARGS < /dev/null', { ARGS: twice })).toMatchObject({
      code: 2,
      err: expect.stringContaining(
        'standard input can be read once, for at most 8 views of one resource type',
      ),
    });
    const again = await inShell('$MILLRACE --input - $ARGS < /dev/null', {
      ARGS: `${args()} --repeated-ids`,
    });
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining('a pipe can be read once') });
  });

  test('is named with the place of a line that is not a resource, and read once if given twice', async () => {
    const path = await file('piped.ndjson', `${resource('Patient', 'a')}nonsense\n`);
    const env = { FILE: path, ARGS: args() };
    const { code, err } = await inShell('cat "$FILE" | $MILLRACE --input - $ARGS', env);
    expect(code).toBe(1);
    expect(err).toContain('standard input, the line at byte offset 36 is not a FHIR resource');
    const skipping = await inShell(
      'cat "$FILE" | $MILLRACE --input - /dev/stdin --malformed-lines skip $ARGS --stats',
      env,
    );
    expect(skipping.out).toBe(row('a'));
    expect(skipping.err).toContain('"bytesIn":45');
    expect(skipping.err).toContain('"notices":{"repeated-input":1,"skipped-line":1}');
  });
});

test('gzip is found by its first bytes, whatever its name is', async () => {
  const members = Buffer.concat([gzipSync(resource('Patient', 'a')), gzipSync(resource('Patient', 'b'))]);
  expect(await run([await file('Patients.GZ', members)])).toMatchObject({
    code: 0,
    out: row('a') + row('b'),
  });
  expect(await run([await file('patients.dat', members)])).toMatchObject({
    code: 0,
    out: row('a') + row('b'),
  });
});
