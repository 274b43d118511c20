import { exchange, type RequestOptions } from './exchange.js';
import { issuesOf } from './outcome.js';

/** What became of an export that was asked to stop. */
export interface Cancellation {
  /** True when it was over before: what it gave stays on the server for its time. */
  readonly kept: boolean;
  /** What the server says of it; undefined when it says nothing. */
  readonly message: string | undefined;
}

/**
 * Cancels an export. Afterwards its status URL is a 404, unless it was over and is kept; what was cancelled before is a
 * `ServerRefusedError`.
 */
export async function cancelExport(statusUrl: string, options: RequestOptions = {}): Promise<Cancellation> {
  const response = await exchange('DELETE', statusUrl, options, {
    headers: { accept: 'application/fhir+json' },
  });
  const [issue] = issuesOf(await response.text());
  return { kept: response.headers.has('expires'), message: issue?.diagnostics };
}
