/** A literal reference that names a resource by type and id (https://hl7.org/fhir/references.html#literal). */
export interface ResourceReference {
  readonly type: string;
  readonly id: string;
  /** From `Type/id/_history/version`. */
  readonly versionId: string | undefined;
  /** Service base of an absolute reference, without the last slash; undefined for a relative one. */
  readonly base: string | undefined;
}

const REFERENCE =
  /^(?:([hH][tT][tT][pP][sS]?:\/\/\S+?)\/)?([A-Z][A-Za-z]*)\/([A-Za-z0-9\-.]{1,64})(?:\/_history\/([A-Za-z0-9\-.]{1,64}))?$/;

/** Undefined for contained (`#id`), logical and `urn:` references, and for URLs that do not end in `Type/id`. */
export function parseReference(text: string): ResourceReference | undefined {
  const match = REFERENCE.exec(text);
  if (match === null) return undefined;
  const [, base, type, id, versionId] = match;
  return type === undefined || id === undefined ? undefined : { type, id, versionId, base };
}
