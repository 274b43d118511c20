import { isJsonObject } from '@millrace/fhir';
import type { Canonical, Resource } from '@millrace/fhir';

/** `query` is an SQLQuery, which may have parameters; `view` is an SQLView, which others may depend on. */
export type LibraryKind = 'query' | 'view';

/**
 * A Library with SQL, as far as it is read before its SQL runs.
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLView.html
 */
export interface SqlLibrary {
  readonly kind: LibraryKind;
  /** The same query in one dialect or several, as base64. */
  readonly attachments: readonly SqlAttachment[];
  readonly parameters: readonly LibraryParameter[];
  readonly dependencies: readonly Dependency[];
}

export interface SqlAttachment {
  /** `application/sql` with or without a dialect. */
  readonly contentType: string;
  readonly data: string;
}

export interface LibraryParameter {
  readonly name: string;
  /** A FHIR type, such as `date`. */
  readonly type: string;
  readonly isRequired: boolean;
}

/** A relation that the SQL names by its label. */
export interface Dependency {
  readonly canonical: Canonical;
  readonly label: string;
  /** Such as `Library.relatedArtifact[0]`. */
  readonly expression: string;
}

/** Guides before 3.0.0 had another base. */
const LIBRARY_TYPES =
  /^https?:\/\/(?:hl7\.org\/fhir\/uv\/sql-on-fhir|sql-on-fhir\.org\/ig)\/CodeSystem\/LibraryTypesCodes$/;

const KINDS: Readonly<Record<string, LibraryKind>> = { 'sql-query': 'query', 'sql-view': 'view' };

/** The kind of a Library with SQL by its `type`; undefined for any other resource. */
export function libraryKindOf(resource: Resource): LibraryKind | undefined {
  const { type } = resource;
  if (resource.resourceType !== 'Library' || !isJsonObject(type)) return undefined;
  const codings: readonly unknown[] = Array.isArray(type['coding']) ? type['coding'] : [];
  for (const coding of codings) {
    if (!isJsonObject(coding) || typeof coding['system'] !== 'string') continue;
    const { code } = coding;
    if (typeof code !== 'string' || !Object.hasOwn(KINDS, code) || !LIBRARY_TYPES.test(coding['system']))
      continue;
    return KINDS[code];
  }
  return undefined;
}
