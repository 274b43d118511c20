import { accessToken, type AccessToken, type Credentials } from '../access-token.js';
import { bodyOf } from '../body-of.js';
import { SYSTEM_CLOCK } from '../clock.js';
import { UnexpectedAnswerError } from '../errors.js';
import { createPatience, isFailedPoll } from '../patience.js';
import { percentIn } from '../percent-in.js';
import { jsonIn, MAX_MANIFEST_CHARACTERS, pollStatus } from '../poll-status.js';
import { retryAfterMs } from '../retry-after.js';
import { isBulkManifest } from './bulk-manifest.js';
import type { BulkOptions } from './bulk-run.js';

/** A poll of an export of which it was not known yet what it is. */
export interface EarlierPoll {
  readonly at: number;
  readonly xProgress: string | undefined;
  readonly retryAfter: string | undefined;
}

export type RecognisedExport =
  | { readonly kind: 'views' }
  | { readonly kind: 'bulk'; readonly polls: readonly EarlierPoll[] };

/** Waits are those of a client of Bulk Data. Milliseconds. */
const PACE = { firstMs: 1000, factor: 1.5, maxMs: 30_000 };
const MIN_WAIT_MS = 50;
const MAX_WAIT_MS = 5 * 60_000;
const FAILURES = { firstMs: 1000, maxWaitMs: MAX_WAIT_MS, maxAskedMs: MAX_WAIT_MS, limitMs: 30 * 60_000 };
/** Polls that are told of later. One that runs for longer than that has a log without its beginning. */
const MAX_POLLS = 10_000;

/**
 * Finds out which kind of export has a status URL. One of views answers with Parameters or, once it has ended, with 303
 * (https://build.fhir.org/ig/HL7/sql-on-fhir/operations-common.html); one of Bulk Data answers with its manifest. A server that
 * says nothing but 202 is asked until it says more.
 *
 * @throws ServerRefusedError with the reason of an export that failed, or with 404 for one that is gone;
 *   ServerUnreachableError, UnexpectedAnswerError
 */
export async function recogniseExport(
  statusUrl: string,
  options: Credentials &
    Pick<BulkOptions, 'signal' | 'clock' | 'patienceMs' | 'progress' | 'triedAgain'> = {},
): Promise<RecognisedExport> {
  const { signal, clock = SYSTEM_CLOCK } = options;
  const token = accessToken(options, statusUrl);
  const patience = createPatience(FAILURES, clock, {
    signal,
    mayPass: isFailedPoll,
    patienceMs: options.patienceMs,
    onFailed: (failure, waitMs) => options.triedAgain?.(failure, waitMs),
  });
  const polls: EarlierPoll[] = [];
  let paceMs = PACE.firstMs;
  for (;;) {
    let answer: Answer;
    try {
      answer = await look(statusUrl, token, signal);
    } catch (error) {
      await patience.failed(error);
      continue;
    }
    patience.succeeded();
    if (answer.kind !== 'unknown')
      return answer.kind === 'views' ? { kind: 'views' } : { kind: 'bulk', polls };
    const { xProgress, retryAfter } = answer;
    polls.push({ at: clock.now(), xProgress, retryAfter });
    if (polls.length > MAX_POLLS) polls.shift();
    options.progress?.({ text: xProgress, percent: percentIn(xProgress) });
    const askedMs = retryAfterMs(retryAfter ?? null, new Date(clock.now()));
    await clock.wait(Math.min(MAX_WAIT_MS, Math.max(MIN_WAIT_MS, askedMs ?? paceMs)), signal);
    paceMs = Math.min(PACE.maxMs, paceMs * PACE.factor);
  }
}

type Answer =
  | { readonly kind: 'views' }
  | { readonly kind: 'bulk' }
  | {
      readonly kind: 'unknown';
      readonly xProgress: string | undefined;
      readonly retryAfter: string | undefined;
    };

async function look(url: string, token: AccessToken, signal: AbortSignal | undefined): Promise<Answer> {
  const ask = (at: string): ReturnType<typeof pollStatus> =>
    pollStatus(at, { ...token.request, signal }, { accept: 'application/fhir+json, application/json' });
  const { response, status } = await ask(url);
  const { headers } = response;
  if (status === 202) {
    const kind = kindOf(await bodyOf(response, { url, signal }, MAX_MANIFEST_CHARACTERS));
    if (kind !== undefined) return { kind };
    return {
      kind: 'unknown',
      xProgress: headers.get('x-progress') ?? undefined,
      retryAfter: headers.get('retry-after') ?? undefined,
    };
  }
  const location = headers.get('location');
  if (status !== 200 && (status !== 303 || location === null)) {
    await response.body?.cancel();
    throw new UnexpectedAnswerError(
      url,
      `status ${status}`,
      '202, 200 or 303: give the status URL of an export',
    );
  }
  const ended = location === null ? response : (await ask(new URL(location, url).href)).response;
  const kind = kindOf(await bodyOf(ended, { url, signal }, MAX_MANIFEST_CHARACTERS));
  // An export of views ends with 303 only.
  if (kind === 'bulk' || (kind === 'views' && status === 303)) return { kind };
  throw new UnexpectedAnswerError(url, 'no manifest', 'the status URL of an export');
}

function kindOf(body: string): 'views' | 'bulk' | undefined {
  const json = jsonIn(body);
  if (isBulkManifest(json)) return 'bulk';
  if (typeof json !== 'object' || json === null) return undefined;
  return 'resourceType' in json && json.resourceType === 'Parameters' ? 'views' : undefined;
}
