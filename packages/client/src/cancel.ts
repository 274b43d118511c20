import { accessToken } from './access-token.js';
import { ServerRefusedError } from './errors.js';
import { exchange, startOf, type RequestOptions } from './exchange.js';
import { findExport, type FindOptions, type FoundExport } from './find-export.js';
import { issuesOf } from './outcome.js';

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
  const [issue] = issuesOf(await startOf(response));
  return { kept: response.headers.has('expires'), message: issue?.diagnostics };
}

/** How the export at a URL stands after somebody did not want it any more. */
export type AfterCancel =
  | { readonly kind: 'cancelled' }
  /** It had completed, and is removed with its files. */
  | { readonly kind: 'removed' }
  /** It had ended, and is as it was. `message` is the text of the server, `expires` its HTTP date; undefined where there is none. */
  | { readonly kind: 'kept'; readonly message: string | undefined; readonly expires: string | undefined };

/**
 * Cancels the export at a URL of unknown kind, such as one that somebody typed. It asks before it sends DELETE, because
 * the same DELETE removes a finished result at a result URL or at a status URL of Bulk Data, and a resource at the URL of a
 * resource.
 *
 * @param options.removes whether the files of an export that has completed are wanted no more, too
 * @throws UnexpectedAnswerError when no export is at that URL; ServerRefusedError, ServerUnreachableError
 */
export async function cancelExportAt(
  url: string,
  options: FindOptions & { readonly removes?: boolean | undefined } = {},
): Promise<AfterCancel> {
  const { signal, removes = false } = options;
  const token = accessToken(options, options.server ?? url);
  const found = await foundAt(url, options);
  const remove = async (at: string): Promise<Cancellation> => cancelExport(at, { ...token.request, signal });
  switch (found.kind) {
    case 'running': {
      const { kept, message } = await remove(found.statusUrl);
      return kept ? { kind: 'kept', message, expires: undefined } : { kind: 'cancelled' };
    }
    case 'ended':
    case 'tables': {
      if (removes && found.kind === 'tables') {
        await remove(found.resultUrl);
        return { kind: 'removed' };
      }
      const { message } = await remove(url);
      return { kind: 'kept', message, expires: undefined };
    }
    case 'resources':
      if (!removes) return { kind: 'kept', message: undefined, expires: found.expires };
      await remove(url);
      return { kind: 'removed' };
    default:
      return found satisfies never;
  }
}

/** The result URL of an export that failed answers with the reason, which is no failure of this request. */
async function foundAt(url: string, options: FindOptions): Promise<FoundExport | { readonly kind: 'ended' }> {
  try {
    return await findExport(url, options);
  } catch (error) {
    if (error instanceof ServerRefusedError && error.url !== url) return { kind: 'ended' };
    throw error;
  }
}
