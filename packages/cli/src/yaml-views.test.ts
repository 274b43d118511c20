import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runProgram } from './program.js';
import { collecting } from './testing/collecting.js';
import { readViewFiles } from './view-file.js';

let folder: string;
beforeAll(async () => (folder = await mkdtemp(join(tmpdir(), 'millrace-yaml-'))));
afterAll(() => rm(folder, { recursive: true }));

let files = 0;
async function fileOf(text: string, ending = 'yaml'): Promise<string> {
  files += 1;
  const path = join(folder, `v${files}.${ending}`);
  await writeFile(path, text);
  return path;
}

const YAML = `
# Patients, by the key of each.
name: patients
resource: Patient
constant:
  - { name: low, valueDecimal: 1.10 }
  - name: 'on'
    valueString: no
select:
  - column: &key
      - name: patient_id
        path: >-
          getResourceKey()
        type: id
  - unionAll:
      - column: *key
`;

describe('a view in YAML', () => {
  test.each(['yaml', 'yml', 'YML'])('that ends with .%s is the same as in JSON', async (ending) => {
    const [read] = await readViewFiles([await fileOf(YAML, ending)]);
    const column = [{ name: 'patient_id', path: 'getResourceKey()', type: 'id' }];
    const json = JSON.stringify({
      name: 'patients',
      resource: 'Patient',
      constant: [
        { name: 'low', valueDecimal: 'NUMBER' },
        { name: 'on', valueString: 'no' },
      ],
      select: [{ column }, { unionAll: [{ column }] }],
    }).replace('"NUMBER"', '1.10');
    const [same] = await readViewFiles([await fileOf(json, 'json')]);
    expect(read?.view).toEqual(same?.view);
    expect(read?.name).toBe('patients');
  });

  test.each([
    ['name: [a\nresource: b', ':2:1: '],
    ['name: a\n\tresource: b', ':2:1: '],
    ['name: a\nname: b', ':2:1: has "name" twice in one object'],
    ['name: a\n---\nname: b', ':2:1: is a second document: a file holds one view'],
    ['name: !secret a', ':1:7: Unresolved tag: !secret'],
    ['name: *a', ':1:7: *a refers to no anchor before it'],
    ['? [a]\n: b', ':1:3: With stringKeys, all keys must be strings'],
    ['constant:\n  - valueDecimal: .inf', ':2:19: .inf is no number of JSON'],
    ['a: &a [*a]', ':1:7: is nested deeper than 500 levels'],
    ['', ' is not a ViewDefinition: expected an object of JSON or YAML'],
    ['- a', ' is not a ViewDefinition: expected an object of JSON or YAML'],
  ])('with %p is refused by file, line and column', async (text, message) => {
    const path = await fileOf(text);
    await expect(readViewFiles([path])).rejects.toThrow(`${path}${message}`);
  });

  test('whose brackets are more than the parser can take is refused by its file', async () => {
    const path = await fileOf('['.repeat(5_000));
    await expect(readViewFiles([path])).rejects.toThrow(/v\d+[.]yaml:1:\d+: is nested too deeply$/);
  });

  test('whose aliases stand for billions of values is refused', async () => {
    const levels = Array.from({ length: 30 }, (_, n) =>
      n === 0
        ? 'l0: &l0 [lol]'
        : `l${n}: &l${n} [${Array.from({ length: 9 }, () => `*l${n - 1}`).join(', ')}]`,
    );
    const path = await fileOf(levels.join('\n'));
    await expect(readViewFiles([path])).rejects.toThrow(
      /v\d+[.]yaml:\d+:\d+: makes the view longer than 4194304 characters of JSON, with its aliases$/,
    );
  });
});

describe('an element of a view in YAML', () => {
  test.each([
    ['ViewDefinition.select[0].column[0].path', 12, 9],
    ['ViewDefinition.constant[1]', 7, 5],
    ['ViewDefinition.select[1].unionAll[0].column[0].type', 14, 9],
    ['ViewDefinition.select[0].column[0].nowhere.deeper', 11, 9],
    ['ViewDefinition.select[7]', 9, 1],
    ['ViewDefinition', 3, 1],
  ])('%s is found by line and column, or the one around it', async (expression, line, column) => {
    const [read] = await readViewFiles([await fileOf(YAML)]);
    expect(read?.placeOf?.(expression)).toEqual({ line, column });
  });

  test('that is at fault is named by validate and run with its file, line and column', async () => {
    const path = await fileOf(
      "resource: Patient\nselect:\n  - column:\n      - name: a\n        path: nam.('\n",
    );
    let told = '';
    for (const args of [
      ['validate', path],
      ['run', '--view', path, '--input', folder, '--format', 'csv'],
    ]) {
      told = '';
      const to = collecting((text) => (told += text));
      const signal = new AbortController().signal;
      expect(await runProgram(args, { out: to, err: to, env: {}, now: Date.now, signal })).toBe(1);
      expect(told).toContain(`${path}:5:9: ViewDefinition.select[0].column[0].path: `);
    }
  });
});

describe('files of views', () => {
  test('of more than 4 MiB are not read', async () => {
    const path = await fileOf(' '.repeat(5 << 20), 'json');
    await expect(readViewFiles([path])).rejects.toThrow(`${path} has more than 4194304 bytes: is it a view?`);
  });

  test('are found in a folder by all their endings, and two of one name are refused', async () => {
    const views = join(folder, 'views');
    await mkdir(views);
    await writeFile(join(views, 'b.yaml'), 'resource: Patient');
    await writeFile(join(views, 'a.json'), '{}');
    await writeFile(join(views, 'c.yml'), 'resource: Patient');
    await writeFile(join(views, 'README.md'), '#');
    expect((await readViewFiles([views])).map(({ name }) => name)).toEqual(['a', 'b', 'c']);
    await writeFile(join(views, 'c.json'), '{}');
    await expect(readViewFiles([views])).rejects.toThrow('are both named c: rename one');
  });

  test('in a folder of more than 1,000 are refused by their number', async () => {
    const many = join(folder, 'many');
    await mkdir(many);
    const target = await fileOf('{}', 'json');
    for (let n = 0; n < 1_001; n += 100)
      await Promise.all(
        Array.from({ length: 100 }, (_, of) => symlink(target, join(many, `${n + of}.json`))),
      );
    await expect(readViewFiles([many])).rejects.toThrow(
      'many has 1100 views: at most 1000 are read at a time',
    );
  });

  test('that lead round in a circle are refused by their path', async () => {
    const path = join(folder, 'circle.json');
    await symlink(path, path);
    await expect(readViewFiles([path])).rejects.toThrow(/^view file .*circle[.]json cannot be read: .*ELOOP/);
  });
});
