/** From what the rows of a file are made, as the footer of a Parquet file names it. */
export interface RowOrigin {
  readonly kind: 'view' | 'query';
  /** Canonical URL of the ViewDefinition or the Library. */
  readonly url?: string;
  readonly version?: string;
  readonly fhirVersion: string;
  /** Absent where the rows are those of no export. */
  readonly exportId?: string | undefined;
}

/** The origin of the rows of a ViewDefinition, or of the SQL of a Library. */
export function rowOriginOf(
  kind: RowOrigin['kind'],
  { url, version }: Readonly<Record<string, unknown>>,
  { fhirVersion, exportId }: Pick<RowOrigin, 'fhirVersion' | 'exportId'>,
): RowOrigin {
  return {
    kind,
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof version === 'string' ? { version } : {}),
    fhirVersion,
    ...(exportId === undefined ? {} : { exportId }),
  };
}

/** The keys and values of a footer: those of two files of one output are equal, as the join of files requires. */
export function footerValues({
  kind,
  url,
  version,
  fhirVersion,
  exportId,
}: RowOrigin): Record<string, string> {
  return {
    ...(url === undefined ? {} : { [`millrace.${kind}.url`]: url }),
    ...(version === undefined ? {} : { [`millrace.${kind}.version`]: version }),
    'millrace.fhir.version': fhirVersion,
    ...(exportId === undefined ? {} : { 'millrace.export.id': exportId }),
  };
}
