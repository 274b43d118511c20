import { exchange, type RequestOptions } from './exchange.js';
import { UnexpectedAnswerError } from './errors.js';
import { percentIn } from './percent-in.js';
import { first, readParameters } from './parameters.js';
import { retryAfterMs } from './retry-after.js';

/** The answer of the server about an export that has not ended. */
export interface ExportProgress {
  /** `accepted` or `in-progress`. */
  readonly status: string | undefined;
  /** `X-Progress` as it was sent. */
  readonly text: string | undefined;
  /** 0 to 100 where the text is a percentage. */
  readonly percent: number | undefined;
  readonly secondsRemaining: number | undefined;
}

export type ExportStatus =
  | {
      readonly kind: 'running';
      /**
       * The URL that was asked, or the one that the answer names: the result URL of a running export names its status
       * URL.
       */
      readonly statusUrl: string;
      readonly progress: ExportProgress;
      readonly retryAfterMs: number | undefined;
    }
  /** Over, well or not: the result URL tells which. */
  | { readonly kind: 'finished'; readonly resultUrl: string };

/**
 * Asks once how an export stands. A cancelled or expired one is a `ServerRefusedError` with status 404.
 *
 * @throws UnexpectedAnswerError when the answer is not that of a status URL
 */
export async function readStatus(statusUrl: string, options: RequestOptions = {}): Promise<ExportStatus> {
  const response = await exchange('GET', statusUrl, options, {
    headers: { accept: 'application/fhir+json' },
  });
  if (response.status === 303) {
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (location === null) throw new UnexpectedAnswerError(statusUrl, '303 without Location', 'a result URL');
    return { kind: 'finished', resultUrl: new URL(location, statusUrl).href };
  }
  if (response.status !== 202) {
    await response.body?.cancel();
    throw new UnexpectedAnswerError(
      statusUrl,
      `status ${response.status}`,
      '202 or 303: give the status URL of an export, as its kick-off names it',
    );
  }
  return {
    kind: 'running',
    statusUrl: new URL(response.headers.get('content-location') ?? statusUrl, statusUrl).href,
    progress: await readProgress(response, statusUrl),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), new Date()),
  };
}

async function readProgress(response: Response, statusUrl: string): Promise<ExportProgress> {
  const text = response.headers.get('x-progress') ?? undefined;
  // The interim body is optional in the specification.
  const interim = response.headers.get('content-type')?.includes('json')
    ? await readParameters(response, statusUrl)
    : [];
  return {
    status: first(interim, 'status')?.valueCode,
    text,
    percent: percentIn(text),
    secondsRemaining: first(interim, 'estimatedTimeRemaining')?.valueInteger,
  };
}
