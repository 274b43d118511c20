import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

const resource = (resourceType: string, id: string): string => JSON.stringify({ resourceType, id });
/** A mark that is ignored, a line that is no resource, one that a mark spoils, and resources of other types. */
const PATIENTS = [
  `\ufeff${resource('Patient', 'a')}`,
  'nonsense',
  resource('Bundle', 'x'),
  '',
  `\ufeff${resource('Patient', 'hidden')}`,
  resource('Group', 'y'),
  resource('Smith', 'of no type that there is'),
  resource('Patient', 'b'),
].join('\n');

let data: string;
let stack: LocalStack;
const logged: Record<string, unknown>[] = [];

beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-passed-over-'));
  await writeFile(join(data, 'Patient.ndjson'), PATIENTS);
  await writeFile(join(data, 'Group.ndjson'), `${resource('Group', 'g')}\n`);
  stack = await startTestStack({ data, workers: 0 });
  await stack.startWorker(
    { MALFORMED_LINES: 'skip' },
    (line) => void logged.push(JSON.parse(line) as Record<string, unknown>),
  );
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

describe.each([
  ['of one type', ['Patient']],
  ['of two types, and more than one pass takes', ['Group', ...Array.from({ length: 9 }, () => 'Patient')]],
])('what an input has for no view %s', (_title, types) => {
  test('is counted by kind and place in the manifest and in the log', async () => {
    const views = types.map((type, index) => ({ ...idView(type), name: `v${index}` }));
    const statusUrl = await kickOff(stack.api.fhirUrl, { views, format: 'ndjson' });
    const { outputs, manifest } = await download(statusUrl);
    expect(rowsIn(outputs.get(`v${types.length - 1}`))).toEqual([{ id: 'a' }, { id: 'b' }]);
    const offset = Buffer.byteLength(`\ufeff${resource('Patient', 'a')}\n`);
    const skipped = `lines of Patient.ndjson that are not resources were skipped: 2, the first at byte offset ${offset}`;
    const others =
      'resources of Patient.ndjson were skipped because their types are not read there: ' +
      'no FHIR type (1), Bundle (1), Group (1); resources inside a Bundle are not read';
    const told = manifest.parameter.filter(({ name }) => name === 'notice').map(({ part }) => part);
    expect(told).toEqual([
      [
        { name: 'kind', valueCode: 'skipped-line' },
        { name: 'diagnostics', valueString: skipped },
        { name: 'count', valueDecimal: 2 },
      ],
      [
        { name: 'kind', valueCode: 'other-type' },
        { name: 'diagnostics', valueString: others },
        { name: 'count', valueDecimal: 3 },
      ],
    ]);
    const exportId = statusUrl.split('/').at(-2);
    const of = (msg: string) => logged.filter((line) => line['exportId'] === exportId && line['msg'] === msg);
    await until(async () => of('export has a notice').length === 2, 'the notices in the log');
    expect(of('export has a notice')).toMatchObject([
      { level: 'warn', kind: 'skipped-line', count: 2, names: skipped },
      { level: 'warn', kind: 'other-type', count: 3, names: others },
    ]);
    expect(of('cut committed; skipped lines that are not resources')[0]).toMatchObject({
      input: 'Patient.ndjson',
      tally: { skippedLines: 2, firstSkipped: offset, otherTypes: { '': 1, Bundle: 1, Group: 1 } },
    });
    expect(JSON.stringify(logged)).not.toContain('Smith');
  });
});
