import type { FhirVersion } from '@millrace/storage';

/** What one `--input` names, as plain data that can be posted to a thread. */
export interface InputPlace {
  readonly kind: 'folder' | 'file';
  readonly path: string;
  readonly fhirVersion: FhirVersion;
}
