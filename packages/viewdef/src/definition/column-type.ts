import type { Column } from './view-definition.js';

/** `type` is a URI relative to FHIR's structure definitions; some views write it in full. */
export function declaredType(column: Column): string | undefined {
  return column.type?.replace(/^http:\/\/hl7\.org\/fhir\/StructureDefinition\//, '');
}
