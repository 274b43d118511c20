/** The view and the FHIR version that rows are made with, as the footer of a Parquet file names them. */
export interface RowOrigin {
  /** Canonical URL of the view. */
  readonly url?: string;
  /** Version of the view. */
  readonly version?: string;
  readonly fhirVersion: string;
}

/** The origin of the rows of a ViewDefinition. */
export function rowOriginOf(view: Readonly<Record<string, unknown>>, fhirVersion: string): RowOrigin {
  const { url, version } = view;
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    fhirVersion,
  };
}
