import type { Resource } from '@millrace/fhir';

/** A Library with SQL that can be read. */
export function library(
  code: 'sql-query' | 'sql-view',
  fields: Readonly<Record<string, unknown>> = {},
): Resource {
  const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';
  return {
    resourceType: 'Library',
    status: 'active',
    type: { coding: [{ system, code }] },
    content: [{ contentType: 'application/sql', data: 'U0VMRUNUIDE=' }],
    ...fields,
  };
}

/** A dependency on the artefact with this canonical URL. */
export function needs(canonical: string, label: string): Readonly<Record<string, unknown>> {
  return { type: 'depends-on', resource: canonical, label };
}
