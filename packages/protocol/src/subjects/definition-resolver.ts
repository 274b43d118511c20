import type { Canonical, Resource } from '@millrace/fhir';

/** Finds stored artefacts while a request is being checked. Rejects when the store does not answer. */
export interface DefinitionResolver {
  /** The resource of this type and id, in its latest version. */
  byReference(reference: { readonly type: string; readonly id: string }): Promise<Resource | undefined>;
  /** The artefact with this canonical URL; without a version the one that FHIR's canonical resolution picks. */
  byCanonical(canonical: Canonical): Promise<Resource | undefined>;
}
