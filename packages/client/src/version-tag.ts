/**
 * The value of `If-Match` for the version that the options of a change name; undefined where they name none.
 *
 * @throws TypeError where they name it as undefined, as of a resource that has no version: the change would be made whatever is there
 */
export function matchOf(options: { readonly ifMatch?: string | undefined }): string | undefined {
  if (!('ifMatch' in options)) return undefined;
  if (options.ifMatch === undefined)
    throw new TypeError(
      'ifMatch is undefined; expected the version of a resource that was read (meta.versionId)',
    );
  return `W/"${options.ifMatch}"`;
}

/** The version that an ETag of FHIR names: https://hl7.org/fhir/R4/http.html#versioning */
export function taggedVersion(etag: string | undefined): string | undefined {
  return /^(?:W\/)?"([A-Za-z0-9\-.]{1,64})"$/.exec(etag ?? '')?.[1];
}
