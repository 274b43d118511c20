import { exchange, type RequestOptions } from './exchange.js';
import { issuesOf } from './outcome.js';
import { readStatus } from './status.js';

/** The state of an export after it was asked to stop. */
export interface Cancellation {
  /** True when the export had ended before: its result stays on the server until it expires. */
  readonly kept: boolean;
  /** The text of the server's answer; undefined when it has none. */
  readonly message: string | undefined;
}

/**
 * Cancels an export. Afterwards its status URL is a 404, unless the export had ended and is kept. Throws
 * `ServerRefusedError` for an export that was cancelled before.
 */
export async function cancelExport(statusUrl: string, options: RequestOptions = {}): Promise<Cancellation> {
  const response = await exchange('DELETE', statusUrl, options, {
    headers: { accept: 'application/fhir+json' },
  });
  const [issue] = issuesOf(await response.text());
  return { kept: response.headers.has('expires'), message: issue?.diagnostics };
}

/**
 * Cancels the export at a URL of unknown kind, such as one that somebody typed. It asks before it sends DELETE, because
 * the same DELETE removes a finished result at a result URL, and a resource at the URL of a resource.
 *
 * @throws UnexpectedAnswerError when no export is waited for at that URL
 */
export async function cancelExportAt(url: string, options: RequestOptions = {}): Promise<Cancellation> {
  const status = await readStatus(url, options);
  return cancelExport(status.kind === 'running' ? status.statusUrl : url, options);
}
