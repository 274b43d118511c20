/** The version that an ETag of FHIR names: https://hl7.org/fhir/R4/http.html#versioning */
export function taggedVersion(etag: string | undefined): string | undefined {
  return /^(?:W\/)?"([A-Za-z0-9\-.]{1,64})"$/.exec(etag ?? '')?.[1];
}
