/** One output column. Columns keep the order of specification section "Column ordering". */
export interface ViewColumn {
  readonly name: string;
  /** FHIR type code (`decimal`, `dateTime`, `id`, ...): declared, else found in the FHIR model, else undefined. */
  readonly fhirType: string | undefined;
  readonly collection: boolean;
  /** Value of the `ansi/type` tag, such as `DECIMAL(10,2)`; overrides the type that `fhirType` maps to. */
  readonly ansiType: string | undefined;
}
