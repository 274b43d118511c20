import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { patientView } from './requests.js';
import { formatCode, postRun, runBody } from './run-requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

const MILLRACE = resolve(import.meta.dirname, '../../packages/cli/bin/millrace.cjs');

/** More than one range of text has, so that parts are joined. */
const COUNT = 120_000;

const view = {
  ...patientView,
  select: [
    {
      column: [
        { name: 'id', path: 'id', type: 'id' },
        { name: 'active', path: 'active', type: 'boolean' },
        { name: 'born', path: 'birthDate', type: 'date' },
      ],
    },
    { forEachOrNull: 'name', column: [{ name: 'family', path: 'family', type: 'string' }] },
  ],
};

let platform: Platform;
let viewFile: string;

beforeAll(async () => {
  platform = await openPlatform();
  const line = (at: number): string =>
    JSON.stringify({
      resourceType: 'Patient',
      id: `p${at}`,
      ...(at % 3 === 0 ? { active: at % 2 === 0 } : {}),
      birthDate: `19${10 + (at % 90)}-01`,
      name: Array.from({ length: at % 3 }, (_, name) => ({ family: `"Q", ${at} – ${name}` })),
    });
  const lines = Array.from({ length: COUNT }, (_, at) => `${line(at)}\n`);
  await writeFile(join(platform.data, 'Patient.ndjson'), lines.join(''));
  viewFile = join(platform.data, '../view.json');
  await writeFile(viewFile, JSON.stringify(view));
});

afterAll(() => platform.close());

it.each(['csv', 'ndjson', 'json', 'parquet'])(
  'a run answers with the bytes that `millrace run` writes, in %s',
  async (format) => {
    const api = await platform.start({ RUN_THREADS: '2' });
    const file = join(platform.data, `../rows.${format}`);
    const options = ['--view', viewFile, '--input', platform.data, '--format', format, '--out', file];
    await promisify(execFile)(process.execPath, [MILLRACE, 'run', ...options]);
    const response = await postRun(`${api.fhirUrl}/$sql-run`, runBody([formatCode(format)], view));
    const answered = Buffer.from(await response.arrayBuffer());
    expect(answered.length).toBeGreaterThan(COUNT);
    // Without a difference of megabytes where they differ.
    expect(answered.equals(await readFile(file))).toBe(true);
  },
);
