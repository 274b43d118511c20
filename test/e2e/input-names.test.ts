import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, resultOf, rowsIn } from './wire.js';

const patient = (id: string): string => `{"resourceType":"Patient","id":"${id}"}\n`;

/** Sources by folder. */
const DATA: Readonly<Record<string, Readonly<Record<string, string | Uint8Array>>>> = {
  written: {
    '1.Patient.ndjson': `\ufeff${patient('a')}`,
    'Patient-0002.NDJSON': patient('b'),
    'Patient_3.ndjson.GZ': gzipSync(`\ufeff${patient('c')}`),
    'Patient.ndjson/part-00000-7d.txt': patient('d'),
    'Patient.ndjson/_SUCCESS': '',
    'log.ndjson': '{"event":"kickoff"}\n',
    'Group.ndjson': '{"resourceType":"Group","id":"g"}\n',
    'patients.ndjson': patient('lost'),
    'archive/Patient.ndjson': patient('lost too'),
    'Patient.zip': 'PK',
  },
  empty: { 'Patient.ndjson': patient('a') },
  unnamed: { '6f1c-export.ndjson': patient('lost'), 'Group.ndjson': '' },
};

let data: string;
let stack: LocalStack;

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-names-'));
  for (const [source, files] of Object.entries(DATA)) {
    for (const [key, content] of Object.entries(files)) {
      await mkdir(dirname(join(data, source, key)), { recursive: true });
      await writeFile(join(data, source, key), content);
    }
  }
  await writeFile(join(data, 'written.zip'), 'PK');
  stack = await startTestStack({ data, workers: 1 });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

const kickOffOver = (source: string, ...types: readonly string[]): Promise<string> =>
  kickOff(stack.api.fhirUrl, { views: types.map(idView), format: 'ndjson', source });

describe('an export reads the files of a source', () => {
  test('by the names that common writers give them, and says which others may hold data', async () => {
    const { outputs, manifest } = await download(await kickOffOver('written', 'Patient'));
    expect(rowsIn(outputs.get('patients'))).toEqual(['a', 'b', 'd', 'c'].map((id) => ({ id })));
    expect(manifest.parameter.filter(({ name }) => name === 'notice')).toEqual([
      {
        name: 'notice',
        part: [
          { name: 'kind', valueCode: 'unread-input' },
          {
            name: 'diagnostics',
            valueString: expect.stringMatching(
              /: Patient\.zip, archive\/Patient\.ndjson, patients\.ndjson\. Millrace reads/,
            ),
          },
          { name: 'count', valueDecimal: 3 },
        ],
      },
    ]);
  });

  test('and says which tables are empty, and why', async () => {
    const never = { ...idView('Patient'), name: 'never', where: [{ path: "gender = 'Male'" }] };
    const statusUrl = await kickOff(stack.api.fhirUrl, {
      views: [idView('Group'), idView('Group'), never].map((view, index) => ({ ...view, name: `v${index}` })),
      format: 'ndjson',
      source: 'empty',
    });
    const { manifest } = await download(statusUrl);
    const about = (subject: number, why: string): object => ({
      name: 'notice',
      part: [
        { name: 'kind', valueCode: 'no-rows' },
        { name: 'diagnostics', valueString: `the table is empty: ${why}` },
        { name: 'expression', valueString: `subject[${subject}]` },
        { name: 'count', valueDecimal: 1 },
      ],
    });
    expect(manifest.parameter.filter(({ name }) => name === 'notice')).toEqual([
      about(0, 'no input holds Group'),
      about(1, 'no input holds Group'),
      about(2, 'no Patient in the input gives a row'),
    ]);
  });

  test('and files beside the folders of sources are named when the API starts', () => {
    const line = stack.api.service.lines().find((text) => text.includes('beside the folders of sources'));
    expect(JSON.parse(line ?? '{}')).toMatchObject({ level: 'warn', count: 1, files: ['written.zip'] });
  });

  test('and fails if a view has no input and there are files of unknown content', async () => {
    const result = await resultOf(await kickOffOver('unnamed', 'Group', 'Patient'));
    expect(result.status).toBe(422);
    const outcome = (await result.json()) as { issue: { code: string; diagnostics: string }[] };
    expect(outcome.issue).toEqual([
      expect.objectContaining({
        code: 'not-found',
        diagnostics: expect.stringContaining('no input is one of Patient, and 1 file that may hold data'),
      }),
    ]);
    expect(outcome.issue[0]?.diagnostics).toContain('6f1c-export.ndjson');
  });
});
