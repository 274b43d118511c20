import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { SLOWLY } from '../e2e/slowly.js';
import { download, resultOf, rowsIn } from '../e2e/wire.js';
import { until } from '../until.js';
import type { Parameters } from '../e2e/wire.js';
import { accepted, format, idsOf, outputName, post, refusalOf, subject, view } from './requests.js';
import { startAcceptanceServer } from './server.js';
import type { AcceptanceServer } from './server.js';

const DAY_MS = 24 * 60 * 60 * 1000;

let server: AcceptanceServer;
beforeAll(async () => {
  server = await startAcceptanceServer();
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const valueOf = ({ parameter }: Parameters, name: string): unknown => {
  const { name: _, ...value } = parameter.find((one) => one.name === name) ?? { name };
  return Object.values(value)[0];
};
const outputsOf = (manifest: Parameters): readonly string[] =>
  manifest.parameter
    .filter(({ name }) => name === 'output')
    .map(({ part = [] }) => String(part.find(({ name }) => name === 'name')?.valueString));

async function completed(...parameters: readonly object[]): Promise<string> {
  const status = await accepted(await post(server.fhirUrl, parameters));
  await resultOf(status);
  return status;
}

test('[exp-1 ops-1 com-19] a kick-off is answered with 202, the status URL, and a Parameters body', async () => {
  const tracking = { name: 'clientTrackingId', valueString: 'nightly-7' };
  const response = await post(server.fhirUrl, [subject(view()), tracking, format('csv')]);
  const body = (await response.json()) as Parameters;
  const status = response.headers.get('content-location');
  expect(response.status).toBe(202);
  expect(response.headers.get('content-type')).toMatch(/^application\/fhir\+json/);
  expect(status).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/fhir\//);
  expect(valueOf(body, 'status')).toBe('accepted');
  expect(valueOf(body, 'location')).toBe(status);
  expect(valueOf(body, 'clientTrackingId')).toBe('nightly-7');
  expect(valueOf(body, '_format')).toBe('csv');
  expect(valueOf(body, 'exportId')).toEqual(expect.any(String));
});

test('[exp-19 exp-18 exp-8] a poll of a running export says when to come back', async () => {
  const many = Array.from({ length: 50 }, (_, at) => subject(view(), outputName(`v${at}`)));
  const status = await accepted(await post(server.fhirUrl, many));
  const poll = await fetch(status, { redirect: 'manual' });
  expect(poll.status).toBe(202);
  expect(Number(poll.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(poll.headers.get('x-progress')).toMatch(/^\d{1,2}%/);
  expect(['accepted', 'in-progress']).toContain(valueOf((await poll.json()) as Parameters, 'status'));
  await resultOf(status);
});

test('[com-20 exp-21] a client that polls much more often than it was told is throttled, and told when to come back', async () => {
  const environment = { POLL_THROTTLE_FACTOR: '1', POLL_THROTTLE_BURST: '3', POLL_RETRY_MIN: '5s' };
  await using impatient = await startAcceptanceServer({ workers: 0, environment });
  const status = await accepted(await post(impatient.fhirUrl, [subject(view())]));
  const polls: Response[] = [];
  for (let poll = 0; poll < 20; poll += 1) polls.push(await fetch(status, { redirect: 'manual' }));
  const throttled = polls.filter((poll) => poll.status === 429);
  expect(new Set(polls.map((poll) => poll.status))).toEqual(new Set([202, 429]));
  expect(Number(throttled[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await refusalOf(throttled[0] ?? Response.error())).toEqual({
    status: 429,
    issues: ['throttled -'],
  });
});

test('[exp-27] a finished export is at a result URL, to which the status URL leads without a body', async () => {
  const poll = await fetch(await completed(subject(view())), { redirect: 'manual' });
  expect(poll.status).toBe(303);
  expect(await poll.text()).toBe('');
  const result = await fetch(poll.headers.get('location') ?? '');
  expect(result.status).toBe(200);
  expect(valueOf((await result.json()) as Parameters, 'status')).toBe('completed');
});

test('[com-21 exp-24 exp-25 exp-26] result and files can be read again, for at least a day after the end', async () => {
  const status = await completed(subject(view()));
  const poll = await fetch(status, { redirect: 'manual' });
  const read = async () => {
    const result = await fetch(poll.headers.get('location') ?? '');
    return {
      expires: Date.parse(result.headers.get('expires') ?? ''),
      manifest: (await result.json()) as Parameters,
    };
  };
  const [first, second] = [await read(), await read()];
  expect(second).toEqual(first);
  const ended = Date.parse(String(valueOf(first.manifest, 'exportEndTime')));
  // HTTP dates have whole seconds.
  expect(first.expires - ended).toBeGreaterThanOrEqual(DAY_MS - 1000);
  expect((await download(status)).outputs).toEqual((await download(status)).outputs);
});

test('[exp-22 exp-23] a cancelled export is gone, with the files that it has written', async () => {
  await using slow = await startAcceptanceServer({ environment: SLOWLY });
  const many = Array.from({ length: 200 }, (_, at) => subject(view(), outputName(`v${at}`)));
  const status = await accepted(await post(slow.fhirUrl, many));
  const written = async () => (await slow.storedFiles()).filter((name) => name.endsWith('.ndjson')).length;
  await until(async () => (await written()) > 0, 'a file of the export');
  expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
  for (const url of [status, status.replace(/status$/, 'result')]) {
    expect(await refusalOf(await fetch(url, { redirect: 'manual' }))).toEqual({
      status: 404,
      issues: ['not-found -'],
    });
  }
  await until(async () => (await written()) === 0, 'the files to be removed');
}, 90_000);

test('[com-22 exp-27 exp-28] the URLs of an export cannot be guessed', async () => {
  const [one, other] = await Promise.all([completed(subject(view())), completed(subject(view()))]);
  const ids = [one, other].map((url) => /[0-9a-f]{32}/.exec(url)?.[0]);
  expect(ids[0]).toBeDefined();
  expect(ids[0]).not.toBe(ids[1]);
  const stranger = one.replace(ids[0] ?? '', '0'.repeat(32));
  expect((await fetch(stranger, { redirect: 'manual' })).status).toBe(404);
});

test('[exp-10 exp-11 exp-12] an output has the name that was asked for, else that of its view, else one of its own', async () => {
  const nameless = { ...view(), name: undefined };
  const { manifest } = await download(
    await completed(
      subject(view(), outputName('asked')),
      subject(view()),
      subject(nameless),
      subject(nameless),
    ),
  );
  const names = outputsOf(manifest);
  expect(names.slice(0, 2)).toEqual(['asked', 'ids']);
  expect(new Set(names).size).toBe(4);
});

test('[exp-3] every subject has one output, also one without rows', async () => {
  const nothing = view({ name: 'nothing', where: [{ path: "id = 'nobody'" }] });
  const { outputs } = await download(
    await completed(subject(view()), subject(nothing), subject(idsOf('Device'))),
  );
  expect([...outputs].map(([name, files]) => [name, files.length, rowsIn(files).length])).toEqual([
    ['ids', 1, 3],
    ['nothing', 1, 0],
    ['device', 1, 0],
  ]);
});

test.each([
  [
    '[com-3 com-4 exp-6] ndjson where it is not asked for, whatever is accepted',
    [],
    '{"id":"a"}\n{"id":"b"}\n{"id":"c"}\n',
    'application/x-ndjson',
  ],
  ['[com-2 com-5 exp-7 com-1] csv', [format('csv')], 'id\na\nb\nc\n', 'text/csv'],
  [
    '[com-2] csv without a header',
    [format('csv'), { name: 'header', valueBoolean: false }],
    'a\nb\nc\n',
    'text/csv',
  ],
  [
    '[com-1 exp-5] json, as one array',
    [format('json')],
    '[{"id":"a"},\n{"id":"b"},\n{"id":"c"}]',
    'application/json',
  ],
])('files are written as %s', async (_, asked, text, mediaType) => {
  const headers = { Accept: 'application/fhir+json' };
  const status = await accepted(await post(server.fhirUrl, [subject(view()), ...asked], headers));
  const [file] = (await download(status)).outputs.get('ids') ?? [];
  expect(file?.body.toString('utf8')).toBe(text);
  const answer = await fetch(file?.url ?? '');
  expect(answer.headers.get('content-type')).toContain(mediaType);
  await answer.arrayBuffer();
});

test('[com-1 exp-5] files are written as Parquet', async () => {
  const { outputs } = await download(await completed(subject(view()), format('parquet')));
  const [file] = outputs.get('ids') ?? [];
  expect(file?.body.subarray(0, 4).toString()).toBe('PAR1');
  expect(file?.url).toMatch(/\.parquet$/);
});

test('[exp-14 exp-15] files are named after their output, with a number', async () => {
  const { outputs } = await download(await completed(subject(view(), outputName('people')), format('csv')));
  expect(outputs.get('people')?.map(({ url }) => url.split('/').at(-1))).toEqual(['people.part1.csv']);
});

test('[exp-16 com-16] the result of a failed export is the error and its OperationOutcome', async () => {
  const two = view({ select: [{ column: [{ name: 'family', path: 'name.family' }] }] });
  const result = await resultOf(await accepted(await post(server.fhirUrl, [subject(two)])));
  const { status, issues } = await refusalOf(result);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(issues).toHaveLength(1);
});
