/** The addresses of one export, absolute. Clients treat them as opaque; only this file knows their shape. */
export interface ExportUrls {
  /** Poll here; DELETE here cancels. */
  readonly status: string;
  readonly result: string;
  /** The same for an export of Bulk Data, whose result is there too; DELETE also removes it. */
  readonly bulkStatus: string;
  /** A page of the manifest there, behind the first. @param page from 1 */
  bulkPage(page: number): string;
  /** @param name wire name of a file, `{output}.part{n}.{ext}` */
  file(name: string): string;
  /** Whether files are given only to those who show an access token. */
  readonly needsToken: boolean;
}

/** How clients get the files of an export. */
export interface FileTerms {
  readonly needsToken: boolean;
  /** The query of the URL of a file, with its question mark, in which a server signs it. */
  queryOf?(name: string): string;
}

/** Paths below the FHIR base as route patterns (`:id`, `:name`, `:page`), in the syntax of Express. */
export const EXPORT_ROUTES = {
  status: '/export/:id/status',
  result: '/export/:id/result',
  bulkStatus: '/export/:id/bulk-status',
  bulkPage: '/export/:id/bulk-status/:page',
  file: '/export/:id/files/:name',
} as const;

/** Path below the FHIR base of a client's own exports. No resource type is written so. */
export const EXPORT_LIST_ROUTE = '/export';

/** @param baseUrl public FHIR base, with or without a last slash */
export function exportUrls(
  baseUrl: string,
  exportId: string,
  { needsToken, queryOf }: FileTerms = { needsToken: false },
): ExportUrls {
  const at = (route: string): string =>
    trimSlash(baseUrl) + route.replace(':id', () => encodeURIComponent(exportId));
  return {
    status: at(EXPORT_ROUTES.status),
    result: at(EXPORT_ROUTES.result),
    bulkStatus: at(EXPORT_ROUTES.bulkStatus),
    bulkPage: (page) => at(EXPORT_ROUTES.bulkPage).replace(':page', String(page)),
    file: (name) =>
      at(EXPORT_ROUTES.file).replace(':name', () => encodeURIComponent(name)) + (queryOf?.(name) ?? ''),
    needsToken,
  };
}

/** Where the client of an export polls, as its kick-off has named it. */
export function statusUrlOf(request: { readonly bulk?: object | undefined }, urls: ExportUrls): string {
  return request.bulk === undefined ? urls.status : urls.bulkStatus;
}

/** The same for a record. One of a version that did not note it has the other address, which leads to the same answers. */
export function statusUrlOfRecord({ isBulk }: { readonly isBulk?: boolean }, urls: ExportUrls): string {
  return isBulk === true ? urls.bulkStatus : urls.status;
}

export function operationDefinitionUrl(baseUrl: string, id: string): string {
  return `${trimSlash(baseUrl)}/OperationDefinition/${id}`;
}

export function trimSlash(url: string): string {
  return url.replace(/\/+$/, '');
}
