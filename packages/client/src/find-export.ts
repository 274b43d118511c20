import { accessToken, type Credentials } from './access-token.js';
import { bodyOf } from './body-of.js';
import { isBulkManifest, readBulkManifest, type ManifestPage } from './bulk/bulk-manifest.js';
import { pagesBehind } from './bulk/manifest-pages.js';
import { SYSTEM_CLOCK } from './clock.js';
import { UnexpectedAnswerError } from './errors.js';
import { exchange } from './exchange.js';
import { readManifest, type ExportManifest } from './manifest.js';
import { parametersIn } from './parameters.js';
import { jsonIn, MAX_MANIFEST_CHARACTERS } from './poll-status.js';
import { readStatus, type ExportProgress } from './status.js';

/** How an export stands whose URL a person has, of views or of Bulk Data. */
export type FoundExport =
  | {
      readonly kind: 'running';
      readonly statusUrl: string;
      readonly progress: ExportProgress;
      /** Of Bulk Data: the first files, where the server gives them out early. */
      readonly page: ManifestPage | undefined;
    }
  | { readonly kind: 'tables'; readonly resultUrl: string; readonly manifest: ExportManifest }
  /** The first page of a manifest of Bulk Data. */
  | { readonly kind: 'resources'; readonly page: ManifestPage; readonly expires: string | undefined };

/** The token goes to the origin of the URL only, unless others are named. */
export interface FindOptions extends Credentials {
  readonly signal?: AbortSignal | undefined;
  /** URL of the server whose origin gets the token, in place of that of the export. */
  readonly server?: string | undefined;
}

/**
 * Asks once how the export at a status URL stands, and has its result if it is over.
 *
 * @throws ServerRefusedError with the reason of an export that failed, or with 404 for one that is gone;
 *   ServerUnreachableError, UnexpectedAnswerError
 */
export async function findExport(url: string, options: FindOptions = {}): Promise<FoundExport> {
  const request = { ...accessToken(options, options.server ?? url).request, signal: options.signal };
  const status = await readStatus(url, request);
  switch (status.kind) {
    case 'running':
      return status;
    case 'completed':
      return { kind: 'resources', page: status.page, expires: status.expires };
    case 'finished': {
      const { resultUrl } = status;
      const response = await exchange('GET', resultUrl, request, {
        headers: { accept: 'application/fhir+json, application/json' },
      });
      const asked = { url: resultUrl, signal: options.signal };
      const json = jsonIn(await bodyOf(response, asked, MAX_MANIFEST_CHARACTERS));
      if (response.status === 200 && isBulkManifest(json)) {
        const page = readBulkManifest(json, url, response.url);
        return { kind: 'resources', page, expires: response.headers.get('expires') ?? undefined };
      }
      const parameters = parametersIn(json);
      if (response.status !== 200 || parameters === undefined)
        throw new UnexpectedAnswerError(resultUrl, `status ${response.status}`, '200 with a manifest');
      return { kind: 'tables', resultUrl, manifest: readManifest(parameters, resultUrl, response.headers) };
    }
    default:
      return status satisfies never;
  }
}

/** The pages of a manifest from the first one on, as far as the server has them. */
export async function* pagesFrom(
  first: ManifestPage,
  options: FindOptions = {},
): AsyncGenerator<ManifestPage> {
  yield first;
  const token = accessToken(options, options.server ?? first.url);
  yield* pagesBehind(first, { clock: SYSTEM_CLOCK, signal: options.signal, token });
}
