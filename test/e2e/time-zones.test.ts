import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { LocalStack } from '@millrace/local-stack';
import { parquetMetadata } from 'hyparquet';
import { startMillraceWith } from '../cli/millrace.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

/** Off by less than an hour, with a clock that is put forward at night, and without a 30 December 2011. */
const ZONES = ['UTC', 'America/St_Johns', 'Asia/Kathmandu', 'Pacific/Apia'];
const FORMATS = ['csv', 'parquet'];

const observation = (id: string, effectiveDateTime: string, issued: string): string =>
  JSON.stringify({
    resourceType: 'Observation',
    id,
    meta: { lastUpdated: issued },
    status: 'final',
    effectiveDateTime,
    issued,
    valueTime: '02:30:00.5',
    extension: [{ url: 'urn:day', valueDate: '2011-12-30' }],
  });
const OBSERVATIONS = [
  observation('year', '2011', '2011-12-29T23:59:59.999999Z'),
  observation('month', '2011-12', '2011-12-30T09:59:59.9999995-00:00'),
  observation('day', '2011-12-30', '2011-12-30T14:00:00.001+14:00'),
  observation('skipped', '2011-12-30T10:00:00.25', '2011-12-30T10:00:00.25Z'),
  observation('no-zone', '2024-03-10T02:30:00.123456', '2024-03-10T02:30:00.123456-03:30'),
  observation('offset', '2024-03-10T02:30:00.1234567890+05:45', '2024-11-03T01:30:00.5+05:45'),
  observation('utc', '2024-02-29T23:59:59.9Z', '1969-12-31T23:59:59.999Z'),
];

const column = (name: string, path: string, sqlType?: string): object => ({
  name,
  path,
  ...(sqlType === undefined ? {} : { tag: [{ name: 'ansi/type', value: sqlType }] }),
});
const effective = 'effective.ofType(dateTime)';

/** The columns of one view are for the scan, one of the other is for fhirpath.js. */
const VIEWS = [
  {
    name: 'times',
    columns: [
      column('id', 'id'),
      column('written', effective),
      column('later', `${effective} + 1.5 seconds`),
      column('month', `${effective} + 1 month`),
      column('low', `${effective}.lowBoundary()`),
      column('high', `${effective}.highBoundary()`),
      column('before', `${effective} < @2011-12-30T10:00:00.5`),
      column('same', 'issued = @2011-12-30T00:00:00.001Z'),
      column('issued', 'issued', 'TIMESTAMP WITH TIME ZONE'),
      column('day', "extension('urn:day').value.ofType(date)", 'DATE'),
      column('time', 'value.ofType(time)', 'TIME'),
    ],
  },
  {
    name: 'calculated',
    columns: [
      column('id', 'id'),
      column('either', `(${effective} | {}).first() >= @2011-12-30T10:00:00.5`),
      column('shifted', `(${effective} | {}).first() + 90 minutes`),
      column('issued', `(issued | {}).first() - 1 day`),
    ],
  },
].map(({ name, columns }) => ({
  resourceType: 'ViewDefinition',
  resource: 'Observation',
  status: 'active',
  name,
  select: [{ column: columns }],
}));

let data: string;
let stack: LocalStack;
beforeAll(async () => {
  data = await mkdtemp(join(tmpdir(), 'millrace-time-zones-'));
  await writeFile(join(data, 'Observation.ndjson'), OBSERVATIONS.join('\n'));
  stack = await startTestStack({ data, workers: 0, environment: { TZ: 'Pacific/Apia' } });
}, 60_000);
afterAll(async () => {
  await stack?.[Symbol.asyncDispose]();
  await rm(data, { recursive: true, force: true });
});

/** The bytes of a file, without the footer of Parquet, which names its export. Of that, all that tells of columns and rows is there. */
function contentOf(format: string, bytes: Buffer): string {
  if (format !== 'parquet') return bytes.toString('base64');
  const footer = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const {
    key_value_metadata: _names,
    metadata_length: _length,
    ...metadata
  } = parquetMetadata(Uint8Array.from(bytes).buffer);
  const told = JSON.stringify(metadata, (_, value: unknown) =>
    typeof value === 'bigint' ? String(value) : value,
  );
  return `${bytes.subarray(0, footer).toString('base64')} ${told}`;
}

/** The bytes of each file of an export by a worker that is in a zone, and which resources pass a filter there. */
async function exported(zone: string): Promise<{ files: Record<string, string>; changed: unknown }> {
  const worker = await stack.startWorker({ TZ: zone });
  const files: Record<string, string> = {};
  for (const format of FORMATS) {
    const { outputs } = await download(await kickOff(stack.api.fhirUrl, { views: VIEWS, format }));
    for (const [name, parts] of outputs)
      files[`${name}.${format}`] = contentOf(format, Buffer.concat(parts.map(({ body }) => body)));
  }
  const more = [{ name: '_since', valueInstant: '2011-12-30T00:00:00.0005Z' }];
  const since = await download(
    await kickOff(stack.api.fhirUrl, { views: VIEWS.slice(0, 1), format: 'ndjson', more }),
  );
  expect(await worker.end('SIGTERM')).toBe(true);
  const changed = rowsIn(since.outputs.get('times')).map((row) => (row as { id: string }).id);
  return { files, changed };
}

/** The same files by `millrace run` on a host in a zone. */
async function run(zone: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  const paths = VIEWS.map(({ name }) => join(data, `${name}.json`));
  for (const [at, view] of VIEWS.entries()) await writeFile(paths[at] ?? '', JSON.stringify(view));
  for (const format of FORMATS) {
    const out = join(data, `out-${format}`);
    const { code, err } = await startMillraceWith(
      { env: { TZ: zone } },
      'run',
      '--view',
      ...paths,
      '--input',
      join(data, 'Observation.ndjson'),
      '--format',
      format,
      '--out',
      out,
    ).finished;
    if (code !== 0) throw new Error(`millrace run in ${zone}: ${err}`);
    for (const { name } of VIEWS)
      files[`${name}.${format}`] = contentOf(format, await readFile(join(out, `${name}.${format}`)));
  }
  return files;
}

test('a worker and millrace run write the same bytes in any zone, and filter alike', async () => {
  const files = await run('UTC');
  expect(Object.keys(files)).toHaveLength(VIEWS.length * FORMATS.length);
  expect(linesOf(files['times.csv'])).toEqual(TIMES);
  expect(linesOf(files['calculated.csv'])).toEqual(CALCULATED);
  for (const zone of ZONES) {
    expect([zone, await exported(zone)]).toEqual([zone, { files, changed: CHANGED }]);
    expect([zone, await run(zone)]).toEqual([zone, files]);
  }
}, 180_000);

function linesOf(base64 = ''): readonly string[] {
  return Buffer.from(base64, 'base64').toString().trim().split('\n');
}

const CHANGED = ['month', 'day', 'skipped', 'no-zone', 'offset'];

/** No zone is UTC in comparisons, and stays none in what is calculated. */
const TIMES = [
  'id,written,later,month,low,high,before,same,issued,day,time',
  'year,2011,2011,2011,2011-01-01T00:00:00.000+14:00,2011-12-31T23:59:59.999-12:00,,false,2011-12-29T23:59:59.999999Z,2011-12-30,02:30:00.5',
  'month,2011-12,2011-12,2012-01,2011-12-01T00:00:00.000+14:00,2011-12-31T23:59:59.999-12:00,,false,2011-12-30T09:59:59.9999995-00:00,2011-12-30,02:30:00.5',
  'day,2011-12-30,2011-12-30,2012-01-30,2011-12-30T00:00:00.000+14:00,2011-12-30T23:59:59.999-12:00,,true,2011-12-30T14:00:00.001+14:00,2011-12-30,02:30:00.5',
  'skipped,2011-12-30T10:00:00.25,2011-12-30T10:00:01.75,2012-01-30T10:00:00.25,2011-12-30T10:00:00.250+14:00,2011-12-30T10:00:00.250-12:00,true,false,2011-12-30T10:00:00.25Z,2011-12-30,02:30:00.5',
  'no-zone,2024-03-10T02:30:00.123456,2024-03-10T02:30:01.623456,2024-04-10T02:30:00.123456,2024-03-10T02:30:00.123456+14:00,2024-03-10T02:30:00.123456-12:00,false,false,2024-03-10T02:30:00.123456-03:30,2011-12-30,02:30:00.5',
  'offset,2024-03-10T02:30:00.1234567890+05:45,2024-03-10T02:30:01.6234567890+05:45,2024-04-10T02:30:00.1234567890+05:45,2024-03-10T02:30:00.1234567890+05:45,2024-03-10T02:30:00.1234567890+05:45,false,false,2024-11-03T01:30:00.5+05:45,2011-12-30,02:30:00.5',
  'utc,2024-02-29T23:59:59.9Z,2024-03-01T00:00:01.4Z,2024-03-29T23:59:59.9Z,2024-02-29T23:59:59.900Z,2024-02-29T23:59:59.900Z,false,false,1969-12-31T23:59:59.999Z,2011-12-30,02:30:00.5',
];
const CALCULATED = [
  'id,either,shifted,issued',
  'year,,2011,2011-12-28T23:59:59.999999Z',
  'month,,2011-12,2011-12-29T09:59:59.9999995-00:00',
  'day,,2011-12-30,2011-12-29T14:00:00.001+14:00',
  'skipped,false,2011-12-30T11:30:00.25,2011-12-29T10:00:00.25Z',
  'no-zone,true,2024-03-10T04:00:00.123456,2024-03-09T02:30:00.123456-03:30',
  'offset,true,2024-03-10T04:00:00.1234567890+05:45,2024-11-02T01:30:00.5+05:45',
  'utc,true,2024-03-01T01:29:59.9Z,1969-12-30T23:59:59.999Z',
];
