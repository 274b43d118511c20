import type { FhirVersion } from '../compiled-view.js';
import { isJsonObject } from '@millrace/fhir';

/**
 * Codes of `ViewDefinition.fhirVersion`, such as `4.0.1`; empty when the view does not say for which it is meant.
 */
export function viewFhirVersions(resource: unknown): readonly string[] {
  if (!isJsonObject(resource)) return [];
  const { fhirVersion } = resource;
  const codes: readonly unknown[] = Array.isArray(fhirVersion) ? fhirVersion : [fhirVersion];
  return codes.filter((code) => typeof code === 'string');
}

/** Whether a view with these `fhirVersion` codes may run over data of a version. No codes admit every version. */
export function allowsFhirVersion(codes: readonly string[], version: FhirVersion): boolean {
  return codes.length === 0 || codes.some((code) => code.startsWith(majorOf[version]));
}

// R4B (4.3) keeps the resources of R4 that views read.
const majorOf: Record<FhirVersion, string> = { R4: '4.', R5: '5.' };
