import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { until } from '../until.js';
import { idView } from './id-view.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

const patient = (id: string, lastUpdated?: string): string =>
  JSON.stringify({
    resourceType: 'Patient',
    id,
    ...(lastUpdated === undefined ? {} : { meta: { lastUpdated } }),
  });
const PATIENTS = [
  patient('new', '2026-06-01T00:00:00Z'),
  patient('old', '2020-06-01T00:00:00Z'),
  patient('never', '2024-02-30T00:00:00Z'),
  patient('silent'),
  patient('shifted', '2026-06-01T00:00:00+14:01'),
];
const GROUP = {
  resourceType: 'Group',
  id: 'g',
  member: ['new', 'never'].map((id) => ({
    entity: { reference: `Patient/${id}` },
    ...(id === 'never' ? { period: { end: '2023-02-29' } } : {}),
  })),
};

let data: string;
let stack: LocalStack;
const logged: Record<string, unknown>[] = [];
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-unreadable-dates-'));
  await writeFile(join(data, 'Patient.ndjson'), PATIENTS.join('\n'));
  await writeFile(join(data, 'Group.ndjson'), JSON.stringify(GROUP));
  stack = await startTestStack({ data, workers: 0 });
  await stack.startWorker({}, (line) => void logged.push(JSON.parse(line) as Record<string, unknown>));
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

async function exported(
  ...more: readonly object[]
): Promise<{ ids: unknown; notices: unknown; exportId: string }> {
  const statusUrl = await kickOff(stack.api.fhirUrl, { views: [idView('Patient')], format: 'ndjson', more });
  const { outputs, manifest } = await download(statusUrl);
  const notices = manifest.parameter.filter(({ name }) => name === 'notice').map(({ part }) => part);
  const ids = rowsIn(outputs.get('patients')).map((row) => (row as { id: string }).id);
  return { ids, notices, exportId: statusUrl.split('/').at(-2) ?? '' };
}

const notice = (diagnostics: string, expression: string, count: number) => [
  { name: 'kind', valueCode: 'unreadable-date' },
  { name: 'diagnostics', valueString: diagnostics },
  { name: 'expression', valueString: expression },
  { name: 'count', valueDecimal: count },
];

test('a lastUpdated that cannot be read lets through, and is counted in the manifest, the log and a metric', async () => {
  const { ids, notices, exportId } = await exported({ name: '_since', valueInstant: '2026-01-01T00:00:00Z' });
  expect(ids).toEqual(['new', 'never', 'silent', 'shifted']);
  const offset = PATIENTS.slice(0, 2).join('\n').length + 1;
  const text = `resources of Patient.ndjson passed _since because their meta.lastUpdated is not an instant: 2, the first at byte offset ${offset}`;
  expect(notices).toEqual([notice(text, '_since', 2)]);
  const told = await until(async () =>
    logged.find((line) => line['exportId'] === exportId && line['msg'] === 'export has a notice'),
  );
  expect(told).toMatchObject({ level: 'warn', kind: 'unreadable-date', count: 2 });
  const cut = logged.find(
    (line) =>
      line['exportId'] === exportId && line['msg'] === 'cut committed; some resources have no readable date',
  );
  expect(cut).toMatchObject({ level: 'warn', tally: { undated: { count: 2, first: offset } } });
  expect(JSON.stringify(logged)).not.toContain('2024-02-30');
});

test('a period of a member that cannot be read is open, and is counted', async () => {
  const { ids, notices } = await exported({ name: 'group', valueReference: { reference: 'Group/g' } });
  expect(ids).toEqual(['new', 'never']);
  const text = 'members of groups have a period whose start or end is not a dateTime and counts as open: 1';
  expect(notices).toEqual([notice(text, 'group', 1)]);
});

test('where no date decides, none is counted', async () => {
  expect(await exported()).toMatchObject({ notices: [] });
});
