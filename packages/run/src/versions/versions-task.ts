import type { FhirVersion, PinnedInput } from '@millrace/storage';

/** The search for superseded lines of one resource type, among the ids of one share. It is plain data, because it crosses to a thread. */
export interface VersionsTask {
  readonly source: string;
  readonly fhirVersion: FhirVersion;
  readonly resourceType: string;
  /** All inputs of the type, in key order. */
  readonly inputs: readonly PinnedInput[];
  /** The number of the first of them in the plan; the others follow. */
  readonly firstInput: number;
  readonly share: number;
  readonly shares: number;
  /** A FHIR instant. Versions that were changed later are superseded, whatever else there is. */
  readonly until: string;
  /** Of which subject the object with the lines is. */
  readonly subject: number;
  /** The object is stored under `{prefix}1.superseded`; the prefix belongs to this attempt alone. */
  readonly partPrefix: string;
}

/** An object with superseded lines, as it was committed. */
export interface SupersededObject {
  readonly key: string;
  readonly bytes: number;
  readonly etag: string;
}

/** The superseded lines of one input. */
export interface SupersededOf {
  /** The number of the input in the plan. */
  readonly input: number;
  /** One for each share of the ids. */
  readonly objects: readonly SupersededObject[];
}
