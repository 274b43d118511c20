import { allowsFhirVersion, viewFhirVersions, type FhirVersion } from '@millrace/viewdef';
import type { ViewFile } from './view-file.js';

/** The version that a view is checked for where no data says it: R5 where the view is for that and not for R4. */
export function versionOf({ view }: ViewFile): FhirVersion {
  const versions = viewFhirVersions(view);
  return !allowsFhirVersion(versions, 'R4') && allowsFhirVersion(versions, 'R5') ? 'R5' : 'R4';
}
