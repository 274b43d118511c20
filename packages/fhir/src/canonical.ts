/** A canonical URL with its optional business version (https://hl7.org/fhir/references.html#canonical). */
export interface Canonical {
  readonly url: string;
  readonly version: string | undefined;
}

/** Splits `url|version`. Undefined when there is no URL; an empty version counts as none. */
export function parseCanonical(text: string): Canonical | undefined {
  const bar = text.indexOf('|');
  const url = bar < 0 ? text : text.slice(0, bar);
  const version = bar < 0 ? '' : text.slice(bar + 1);
  if (url === '') return undefined;
  return { url, version: version === '' ? undefined : version };
}

export function canonicalText(canonical: Canonical): string {
  return canonical.version === undefined ? canonical.url : `${canonical.url}|${canonical.version}`;
}
