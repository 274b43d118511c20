import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { completeExport } from './finish-export.js';
import { accepted, kickOff, outcomeOf, valuesOf } from './requests.js';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

/** Nothing comes back within a test but what comes back twice a second in any case. */
const STRICT = { POLL_THROTTLE_FACTOR: '1', POLL_THROTTLE_BURST: '10', POLL_RETRY_MIN: '5s' };

let platform: Platform;
let api: ApiService;
let other: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start(STRICT);
  other = await platform.start(STRICT);
});

afterAll(() => platform.close());

const start = async () => accepted(await kickOff(api.fhirUrl));
const get = (url: string) => fetch(url, { redirect: 'manual' });
const onOther = (url: string) => url.replace(api.fhirUrl, other.fhirUrl);
const hurry = async (url: string, times = 40): Promise<Response[]> =>
  Promise.all(Array.from({ length: times }, (_, at) => get(at % 2 === 0 ? url : onOther(url))));
const statusesOf = (answers: readonly Response[]) => new Set(answers.map(({ status }) => status));

describe('a client that polls much more often than it was told', () => {
  it('over two instances is answered with 429 throttled and when to come back', async () => {
    const { status } = await start();
    const answers = await hurry(status);
    expect(statusesOf(answers)).toEqual(new Set([202, 429]));
    const taken = answers.filter((answer) => answer.status === 202).length;
    expect(taken).toBeGreaterThanOrEqual(10);
    expect(taken).toBeLessThan(30);
    const [refused] = answers.filter((answer) => answer.status === 429);
    expect(Number(refused?.headers.get('retry-after'))).toBeGreaterThanOrEqual(5);
    expect(refused && (await outcomeOf(refused)).issue[0]).toMatchObject({
      severity: 'error',
      code: 'throttled',
    });
  });

  it('is throttled at the result address too, which answers as the status until the end', async () => {
    const { status } = await start();
    expect(statusesOf(await hurry(status.replace(/status$/, 'result')))).toEqual(new Set([202, 429]));
  });

  it('can still cancel, and start and poll other exports', async () => {
    const { status } = await start();
    await hurry(status);
    expect((await get((await start()).status)).status).toBe(202);
    expect((await fetch(status, { method: 'DELETE' })).status).toBe(202);
  });

  it('has the result at once when the export has ended', async () => {
    const { id, status } = await start();
    await hurry(status);
    await completeExport(platform, id, ['{}\n']);
    expect(statusesOf(await hurry(status))).toEqual(new Set([303]));
    expect(statusesOf(await hurry(status.replace(/status$/, 'result')))).toEqual(new Set([200]));
  });
});

describe('a client that does as it was told', () => {
  it('is not throttled by what others ask about addresses that are not theirs', async () => {
    const { status } = await start();
    await hurry(status.replace(/[0-9a-f]{32}/, 'f'.repeat(32)));
    expect((await get(status)).status).toBe(202);
  });

  it('is not throttled with the usual settings, though five processes poll and start again and again', async () => {
    const usual = await platform.start();
    const { status } = await accepted(await kickOff(usual.fhirUrl));
    for (let restart = 0; restart < 20; restart += 1) {
      const polls = await Promise.all(Array.from({ length: 5 }, () => get(status)));
      expect(statusesOf(polls)).toEqual(new Set([202]));
    }
  });
});

describe('the settings of polls', () => {
  it('may turn throttling off', async () => {
    const open = await platform.start({ ...STRICT, POLL_THROTTLE_FACTOR: '0' });
    const { status } = await accepted(await kickOff(open.fhirUrl));
    const answers = await Promise.all(Array.from({ length: 40 }, () => get(status)));
    expect(statusesOf(answers)).toEqual(new Set([202]));
  });

  it('bound what a poll is told', async () => {
    const patient = await platform.start({ POLL_RETRY_MIN: '7s', POLL_RETRY_MAX: '9s' });
    const poll = await get((await accepted(await kickOff(patient.fhirUrl))).status);
    expect(poll.headers.get('retry-after')).toBe('7');
    expect(await valuesOf(poll)).toMatchObject({ subjectsTotal: 1, subjectsDone: 0 });
  });
});
