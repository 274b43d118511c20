/** Whether a `Content-Type` is that of JSON, under its own name or that of something written in it, as FHIR is. */
export function isJson(mediaType: string | undefined): boolean {
  return mediaType !== undefined && /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(mediaType);
}
