import { absoluteUrl } from './absolute-url.js';
import { bodyOf } from './body-of.js';
import { isBulkManifest, readBulkManifest, type ManifestPage } from './bulk/bulk-manifest.js';
import { exchange, type RequestOptions } from './exchange.js';
import { UnexpectedAnswerError } from './errors.js';
import { percentIn } from './percent-in.js';
import { parametersIn, told } from './parameters.js';
import { jsonIn, MAX_MANIFEST_CHARACTERS, pollStatus } from './poll-status.js';
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
      /** Of Bulk Data: files that are known before the export has ended. */
      readonly page: ManifestPage | undefined;
    }
  /** Over, well or not: the result URL tells which. */
  | { readonly kind: 'finished'; readonly resultUrl: string }
  /** An export of Bulk Data that is completed: its status has the manifest, or the first page of it. */
  | {
      readonly kind: 'completed';
      readonly page: ManifestPage;
      /** Until then there are the files. An HTTP date, as it was sent. */
      readonly expires: string | undefined;
    };

/**
 * Asks once how an export stands, of views or of Bulk Data. A cancelled or expired one is a `ServerRefusedError` with status
 * 404. One of Bulk Data that failed is a `ServerRefusedError` with its reason.
 *
 * @throws UnexpectedAnswerError when the answer is not that of a status URL
 */
export async function readStatus(statusUrl: string, options: RequestOptions = {}): Promise<ExportStatus> {
  const { response, status } = await pollStatus(statusUrl, options, {
    accept: 'application/fhir+json, application/json',
  });
  // A browser shows no page the head of a redirect, but goes there itself.
  if (response.type === 'opaqueredirect') {
    const followed = await exchange('GET', statusUrl, options, { redirect: 'follow', takesErrors: true });
    await followed.body?.cancel();
    return { kind: 'finished', resultUrl: followed.url };
  }
  if (status === 303) {
    await response.body?.cancel();
    const location = response.headers.get('location');
    if (location === null) throw new UnexpectedAnswerError(statusUrl, '303 without Location', 'a result URL');
    return { kind: 'finished', resultUrl: absoluteUrl(location, statusUrl) };
  }
  const asked = { url: statusUrl, signal: options.signal };
  const json = jsonIn(await bodyOf(response, asked, MAX_MANIFEST_CHARACTERS));
  const page = isBulkManifest(json) ? readBulkManifest(json, statusUrl, response.url) : undefined;
  if (status === 200 && page !== undefined)
    return { kind: 'completed', page, expires: response.headers.get('expires') ?? undefined };
  if (status !== 202) {
    throw new UnexpectedAnswerError(
      statusUrl,
      `status ${status}${status === 200 ? ' and no manifest' : ''}`,
      '202, 303, or 200 with a manifest: give the status URL of an export, as its kick-off names it',
    );
  }
  return {
    kind: 'running',
    statusUrl: absoluteUrl(response.headers.get('content-location') ?? statusUrl, statusUrl),
    progress: progressIn(response.headers, json),
    retryAfterMs: retryAfterMs(response.headers.get('retry-after'), new Date()),
    page,
  };
}

function progressIn(headers: Headers, json: unknown): ExportProgress {
  const text = headers.get('x-progress') ?? undefined;
  // The interim body is optional, and may be of any form.
  const interim = parametersIn(json) ?? [];
  return {
    status: told(interim, 'status'),
    text,
    percent: percentIn(text),
    secondsRemaining: told(interim, 'estimatedTimeRemaining'),
  };
}
