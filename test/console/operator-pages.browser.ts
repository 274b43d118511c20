import { copyFile, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { startStack } from '@millrace/local-stack';
import type { LocalStack } from '@millrace/local-stack';
import { sampleDataDir } from '@millrace/samples';
import type { Page } from 'playwright-core';
import { SLOWLY_IN_CUTS } from '../e2e/slowly.js';
import { oracleView, writeObservations } from '../e2e/source-data.js';
import { until } from '../until.js';
import { kickOff, resultOf, untilProgress } from '../e2e/wire.js';
import { openBrowser } from './open-browser.js';
import type { OpenBrowser, WatchedPage } from './open-browser.js';

const SCREENSHOTS = resolve(import.meta.dirname, '../../.cache/screenshots');
const TOKEN = 'a-token-of-operators';
const SCHEMES = ['light', 'dark'] as const;
const MOST_TABS = 60;
const WAIT_MS = 30_000;

const program = process.env['CHROMIUM'] ?? '';
if (program === '') throw new Error('CHROMIUM must be the path of a Chromium; .ci/browser finds one');

/** A view that the second line of the sample patients does not fit: names in one column of CSV. */
const unfit = {
  resourceType: 'ViewDefinition',
  name: 'unfit',
  status: 'active',
  resource: 'Patient',
  select: [{ column: [{ name: 'given', path: 'name.given' }] }],
};
const idOf = (statusUrl: string): string => statusUrl.split('/').at(-2) ?? '';

let folder: string;
let stack: LocalStack;
let browser: OpenBrowser;
/** Exports, by their state. */
let running: string;
let failed: string;
let cancelled: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'millrace-pages-'));
  const [data, token] = [join(folder, 'data'), join(folder, 'token')];
  await mkdir(data);
  await mkdir(SCREENSHOTS, { recursive: true });
  await writeFile(token, TOKEN);
  await copyFile(join(sampleDataDir, 'Patient.ndjson'), join(data, 'Patient.ndjson'));
  await writeObservations(data, 200e6);
  const environment = { ...SLOWLY_IN_CUTS, LEASE: '10s', OPERATOR_TOKEN_FILE: token };
  stack = await startStack({ data, workers: 1, environment });
  const { fhirUrl } = stack.api;
  const slow = { views: [oracleView('Observation').view], format: 'ndjson' };

  failed = await kickOff(fhirUrl, { views: [unfit], format: 'csv' });
  expect((await resultOf(failed)).status).toBe(422);
  cancelled = await kickOff(fhirUrl, slow);
  expect((await fetch(cancelled, { method: 'DELETE' })).status).toBe(202);
  running = await kickOff(fhirUrl, slow);
  await untilProgress(running, 1);
  browser = await openBrowser(program);
}, 240_000);
afterAll(async () => {
  await browser[Symbol.asyncDispose]();
  await stack[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function openAt(path: string): Promise<WatchedPage> {
  const watched = await browser.open(TOKEN);
  const answer = await watched.page.goto(`${stack.api.operationsUrl}${path}`);
  expect(answer?.status()).toBe(200);
  return watched;
}

/** Until a row of a table has this in it. */
async function untilRow(page: Page, table: string, statusUrl: string, words: string): Promise<void> {
  const row = page.locator(`#${table} tr[data-key="${idOf(statusUrl)}"]`, { hasText: words });
  await row.waitFor({ timeout: WAIT_MS });
}

/** The name or the id of what has the focus. */
const focused = (page: Page): Promise<string> =>
  page.evaluate<string>('document.activeElement.ariaLabel ?? document.activeElement.id');

async function untilNextSnapshot(page: Page): Promise<void> {
  const before = await page.locator('#as-of').textContent();
  const asOf = page.locator('#as-of');
  await until(async () => (await asOf.textContent()) !== before, 'the next snapshot', WAIT_MS);
}

/** Presses Tab until an element has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < MOST_TABS; presses += 1) {
    await page.keyboard.press('Tab');
    if ((await focused(page)) === name) return;
  }
  throw new Error(`Tab does not reach "${name}"`);
}

/** Screenshots in both schemes; each must have a ground of its own. */
async function shoot(page: Page, name: string): Promise<void> {
  const ground = () => page.evaluate<string>('getComputedStyle(document.body).backgroundColor');
  let before: string | undefined;
  for (const scheme of SCHEMES) {
    await page.emulateMedia({ colorScheme: scheme });
    before = await until(
      async () => {
        const shown = await ground();
        return shown === before ? undefined : shown;
      },
      `the ${scheme} scheme`,
      WAIT_MS,
    );
    await page.screenshot({ path: join(SCREENSHOTS, `${name}-${scheme}.png`), animations: 'disabled' });
  }
}

function expectClean({ faults, requests }: WatchedPage): void {
  expect(faults).toEqual([]);
  expect(requests.length).toBeGreaterThan(3);
  const foreign = requests.filter(
    (url) => !url.startsWith(`${stack.api.operationsUrl}/`) && !/^(data|blob):/.test(url),
  );
  expect(foreign).toEqual([]);
}

describe('the page of operations in a browser', () => {
  test('shows a running, a failed and a cancelled export, live, in light and dark', async () => {
    const watched = await openAt('/ops');
    const { page } = watched;
    await untilRow(page, 'live', running, 'in-progress');
    await untilRow(page, 'failed', failed, '"given"');
    await untilRow(page, 'ended', cancelled, 'cancelled');
    await page.locator('#tasks tr').nth(9).waitFor({ timeout: WAIT_MS });
    await page.locator('#audit th').nth(3).waitFor({ timeout: WAIT_MS });
    const row = await page.locator(`#live tr[data-key="${idOf(running)}"]`).textContent();
    expect(row).toMatch(/\d %, \d+ of \d+ shards/);
    expect(row).toMatch(/rows\/s/);
    await untilNextSnapshot(page);
    await shoot(page, 'operations');
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true);
    expectClean(watched);
    await page.close();
  });

  test('says what every table, column, row and button is for', async () => {
    const { page } = await openAt('/ops');
    await untilRow(page, 'live', running, 'in-progress');
    for (const name of [
      /^Exports that are not over/,
      /failed/,
      /ended/,
      'Workers',
      'Leases',
      /tasks/,
      'Audit',
    ])
      expect(await page.getByRole('table', { name, exact: true }).count()).toBe(1);
    expect(await page.locator('th:not([scope])').count()).toBe(0);
    expect(await page.getByRole('rowheader', { name: idOf(failed) }).count()).toBeGreaterThan(0);
    expect(await page.getByRole('progressbar', { name: 'Bytes read' }).count()).toBe(1);
    for (const name of [`Cancel export ${idOf(running)}`, 'Activate lease_reaper'])
      expect(await page.getByRole('button', { name, exact: true }).count()).toBe(1);
    expect(await page.locator('main button:not([aria-label])').count()).toBe(0);
    const status = page.getByRole('status').filter({ hasText: 'Live.' });
    expect(await status.count()).toBe(1);
    await page.close();
  });

  test('cancels an export by keyboard alone, and asks before; a button keeps the focus while numbers change', async () => {
    const second = await kickOff(stack.api.fhirUrl, {
      views: [oracleView('Observation').view],
      format: 'csv',
    });
    const watched = await openAt('/ops');
    const { page } = watched;
    await untilRow(page, 'live', second, 'Cancel');
    const name = `Cancel export ${idOf(second)}`;
    await tabTo(page, name);
    await untilNextSnapshot(page);
    expect(await focused(page)).toBe(name);

    await page.keyboard.press('Enter');
    expect(await focused(page)).toBe('question-no');
    await page.keyboard.press('Escape');
    expect(await focused(page)).toBe(name);
    expect((await fetch(second, { redirect: 'manual' })).status).toBe(202);

    await page.keyboard.press('Enter');
    await page.keyboard.press('Tab');
    expect(await focused(page)).toBe('question-yes');
    await page.keyboard.press('Enter');
    const done = page.locator('#message', { hasText: `Export ${idOf(second)} is cancelled.` });
    await done.waitFor({ timeout: WAIT_MS });
    await untilRow(page, 'ended', second, 'cancelled');
    expect(await page.locator(`#live tr[data-key="${idOf(second)}"]`).count()).toBe(0);
    expect(await focused(page)).toBe('message');
    expect((await fetch(second)).status).toBe(404);
    expectClean(watched);
    await page.close();
  });

  test('is not shown to a browser without the token', async () => {
    const { page } = await browser.open('another-token-here');
    const answer = await page.goto(`${stack.api.operationsUrl}/ops`).catch(() => undefined);
    expect(answer?.status() ?? 401).toBe(401);
    expect(await page.content()).not.toContain('Exports');
    await page.close();
  });
});

describe('the queue board in a browser', () => {
  test('shows the messages of the running export, and nothing that its policy forbids happens', async () => {
    const watched = await openAt('/ops/queues/');
    const { page } = watched;
    const has = (words: string) => page.getByText(words).first().waitFor({ timeout: WAIT_MS });
    await has('maintenance');
    await page.goto(`${stack.api.operationsUrl}/ops/queues/queue/export?status=active`);
    await has(idOf(running));
    await shoot(page, 'queues');
    expectClean(watched);
    await page.close();
  });
});
