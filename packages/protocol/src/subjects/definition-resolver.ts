import type { Canonical, Resource } from '@millrace/fhir';

/** Finds stored artefacts while a request is being checked. Rejects when the store does not answer. */
export interface DefinitionResolver {
  /** The resource of this type and id, in its latest version or the one that is named. */
  byReference(reference: {
    readonly type: string;
    readonly id: string;
    readonly versionId?: string | undefined;
  }): Promise<Resource | undefined>;
  /** The artefact with this canonical URL; without a version the one that FHIR's canonical resolution picks. */
  byCanonical(canonical: Canonical): Promise<Resource | undefined>;
  /** The business versions of all artefacts with this URL, for messages. Absent where nobody knows them. */
  versionsOf?(url: string): Promise<readonly string[]>;
}
