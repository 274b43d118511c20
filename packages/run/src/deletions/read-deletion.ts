import { createReferenceKey, isJsonObject } from '@millrace/fhir';
import type { OwnBases } from '@millrace/fhir';

/** The resource that an entry of a Bundle deletes. */
export interface DeletedResource {
  readonly resourceType: string;
  readonly id: string;
}

/**
 * Why an entry of a Bundle says of no resource that it is gone: its method is not DELETE; the resource is behind another base;
 * it deletes one old version, or what a search finds; or its address is none of a resource.
 */
export const PASSED_OVER = ['other method', 'other base', 'one version', 'search', 'no address'] as const;
export type PassedOverEntry = (typeof PASSED_OVER)[number];

/** `Type/id`, behind any base, with or without a version. */
const ADDRESS = /^(.*\/)?([A-Z][A-Za-z]*)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;

export type ReadDeletion = (entry: unknown) => DeletedResource | PassedOverEntry;

/**
 * Reads entries of transaction Bundles. A deletion counts if its `request.url` is `Type/id`, as it is or behind a base of the
 * source.
 *
 * @see https://hl7.org/fhir/uv/bulkdata/export.html#response---complete-status
 */
export function createDeletionReader(bases: OwnBases): ReadDeletion {
  const keyOf = createReferenceKey(bases);
  return (entry) => {
    const request = isJsonObject(entry) ? entry['request'] : undefined;
    if (!isJsonObject(request) || request['method'] !== 'DELETE') return 'other method';
    const { url } = request;
    if (typeof url !== 'string') return 'no address';
    if (url.includes('?')) return 'search';
    const [, base = '', resourceType, id] = ADDRESS.exec(url) ?? [];
    if (resourceType === undefined || id === undefined) return 'no address';
    if (keyOf(url, resourceType) === undefined) return base.includes('://') ? 'other base' : 'no address';
    return url.includes('/_history/') ? 'one version' : { resourceType, id };
  };
}
