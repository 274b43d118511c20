import type { Clock } from '../clock.js';
import { bodyOf } from '../body-of.js';
import { ServerRefusedError, UnexpectedAnswerError } from '../errors.js';
import type { AccessToken } from '../access-token.js';
import { jsonIn, MAX_MANIFEST_CHARACTERS, pollStatus } from '../poll-status.js';
import { retryAfterMs } from '../retry-after.js';
import { isBulkManifest, readBulkManifest, type ManifestPage } from './bulk-manifest.js';
import { createPatience, isFailedPoll, type OnFailed } from '../patience.js';

/** A poll that a server answered. */
export interface Poll {
  readonly xProgress: string | undefined;
  readonly retryAfter: string | undefined;
}

export interface PollOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal | undefined;
  /** Pages may be at any place, which gets the token only if it may have it. */
  readonly token: AccessToken;
  readonly patienceMs?: number | undefined;
  readonly onPoll?: ((poll: Poll) => void) | undefined;
  /** Hears of polls that failed and are tried again. */
  readonly onFailed?: OnFailed | undefined;
}

/** A page, as soon as it is known. */
export interface KnownPage {
  readonly page: ManifestPage;
  /** False while others may follow. */
  readonly isLast: boolean;
}

/** Waits between polls without a `Retry-After`: each is longer than the one before. Milliseconds. */
const PACE = { firstMs: 1000, factor: 1.5, maxMs: 30_000 };
/** No wait is longer or shorter, whatever `Retry-After` says. */
const MIN_WAIT_MS = 50;
const MAX_WAIT_MS = 5 * 60_000;
const FAILURES = { firstMs: 1000, maxWaitMs: MAX_WAIT_MS, maxAskedMs: MAX_WAIT_MS, limitMs: 30 * 60_000 };
const MAX_PAGES = 10_000;

/**
 * Polls an export, and gives the pages of its manifest as they are known: a server may give some before the export has
 * ended (https://hl7.org/fhir/uv/bulkdata/STU3/export.html#bulk-data-status-request). It ends with the last page.
 *
 * @throws ServerRefusedError with the reason of an export that failed, or with 404 for one that is gone
 */
export async function* manifestPages(statusUrl: string, options: PollOptions): AsyncGenerator<KnownPage> {
  const seen = new Set<string>();
  for (let url: string | undefined = statusUrl; url !== undefined;) {
    if (seen.has(url)) throw new UnexpectedAnswerError(url, 'a link to a page before it', 'a next page');
    if (seen.size === MAX_PAGES) throw new UnexpectedAnswerError(url, `page ${MAX_PAGES + 1}`, 'fewer pages');
    seen.add(url);
    url = yield* onePage(url, options);
  }
}

/** Polls one page until it is known which one is the next. */
async function* onePage(url: string, options: PollOptions): AsyncGenerator<KnownPage, string | undefined> {
  let given = false;
  let paceMs = PACE.firstMs;
  const patience = createPatience(FAILURES, options.clock, {
    signal: options.signal,
    mayPass: isFailedPoll,
    patienceMs: options.patienceMs,
    onFailed: options.onFailed,
  });
  for (;;) {
    let answer: Answer;
    try {
      answer = await poll(url, options);
    } catch (error) {
      await patience.failed(error);
      continue;
    }
    patience.succeeded();
    const { page, isOver, retryAfter } = answer;
    if (page !== undefined && !given) {
      given = true;
      yield { page, isLast: isOver && page.next === undefined };
    }
    if (isOver || page?.next !== undefined) return page?.next;
    options.onPoll?.({ xProgress: answer.xProgress, retryAfter });
    const askedMs = retryAfterMs(retryAfter ?? null, new Date(options.clock.now()));
    await options.clock.wait(Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, askedMs ?? paceMs)), options.signal);
    paceMs = Math.min(PACE.maxMs, paceMs * PACE.factor);
  }
}

/** The pages behind one, as far as the server has them now. They are not waited for. */
export async function* pagesBehind(
  { next }: ManifestPage,
  options: PollOptions,
): AsyncGenerator<ManifestPage> {
  const seen = new Set<string>();
  for (let url = next; url !== undefined;) {
    if (seen.has(url) || seen.size === MAX_PAGES)
      throw new UnexpectedAnswerError(url, 'a link to a page before it, or too many', 'a next page');
    seen.add(url);
    const { page }: Answer = await poll(url, options);
    if (page === undefined) return;
    yield page;
    url = page.next;
  }
}

/** The page as the server gives it at this time. @throws UnexpectedAnswerError when it is no more */
export async function pageAgain({ url }: ManifestPage, options: PollOptions): Promise<ManifestPage> {
  const { page } = await poll(url, options);
  if (page === undefined) throw new UnexpectedAnswerError(url, 'no manifest', 'the one that it had');
  return page;
}

interface Answer extends Poll {
  readonly isOver: boolean;
  readonly page: ManifestPage | undefined;
}

async function poll(url: string, options: PollOptions): Promise<Answer> {
  const { response, status } = await ask(url, options);
  const { headers } = response;
  if (status !== 200 && status !== 202) {
    await response.body?.cancel();
    throw new UnexpectedAnswerError(url, `status ${status}`, '202, or 200 with the manifest');
  }
  const text = await bodyOf(response, { url, signal: options.signal }, MAX_MANIFEST_CHARACTERS);
  return {
    isOver: status === 200,
    page: pageIn(text, url, response.url, status),
    xProgress: headers.get('x-progress') ?? undefined,
    retryAfter: headers.get('retry-after') ?? undefined,
  };
}

async function ask(url: string, { signal, token }: PollOptions): ReturnType<typeof pollStatus> {
  try {
    // Some servers answer 303 with the URL of the manifest.
    return await pollStatus(
      url,
      { ...token.request, signal },
      { accept: 'application/json', redirect: 'follow' },
    );
  } catch (error) {
    if (error instanceof ServerRefusedError && error.status === 401) token.mustReach(url);
    throw error;
  }
}

/** The body of an export that runs may be empty, text for people, or a page of the manifest. */
function pageIn(text: string, asked: string, url: string, status: number): ManifestPage | undefined {
  const json = jsonIn(text);
  if (status === 202 && !isBulkManifest(json)) return undefined;
  if (json === undefined)
    throw new UnexpectedAnswerError(url, text === '' ? 'an empty body' : 'no JSON', 'the manifest');
  return readBulkManifest(json, asked, url);
}
