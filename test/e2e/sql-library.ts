const SYSTEM = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';

/** A Library with SQL over these artefacts. */
export function library(code: 'sql-query' | 'sql-view', sql: string, dependencies: readonly object[]) {
  return {
    resourceType: 'Library',
    status: 'active',
    type: { coding: [{ system: SYSTEM, code }] },
    content: [{ contentType: 'application/sql', data: Buffer.from(sql).toString('base64') }],
    relatedArtifact: dependencies,
  };
}

/** A dependency on the artefact with this canonical URL, under the name that the SQL uses. */
export function needs(canonical: string, label: string) {
  return { type: 'depends-on', resource: canonical, label };
}
