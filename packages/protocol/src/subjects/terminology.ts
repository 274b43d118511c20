import type { Canonical, Resource } from '@millrace/fhir';
import type { DependencyFault, ExternalFile, SqlColumn, TerminologyProvenance } from '@millrace/sqlquery';

/** A dependency that is a ValueSet or ConceptMap, or that may be one because nothing here has its canonical URL. */
export interface TerminologyLeaf {
  readonly canonical: Canonical;
  /** Undefined where neither the request nor this server has it. */
  readonly resource: Resource | undefined;
  /** Such as `context[1]`; undefined where it is not part of the request. */
  readonly suppliedAs: string | undefined;
  /** The position of the first subject that needs it. */
  readonly subject: number;
}

/** The content of one of them, with its rows as a Parquet file. */
export interface TerminologyTable {
  readonly canonical: Canonical;
  readonly kind: 'ValueSet' | 'ConceptMap';
  readonly columns: readonly SqlColumn[];
  readonly rows: number;
  readonly sha256: string;
  readonly parquet: Uint8Array;
  readonly provenance: TerminologyProvenance;
}

/** A table that the operator has beside the sources. */
export interface ExternalTable {
  readonly canonical: Canonical;
  readonly kind: 'external';
  readonly columns: readonly SqlColumn[];
  /** The canonical URL by which the configuration names it. */
  readonly named: string;
  readonly files: readonly ExternalFile[];
}

/**
 * Gives each leaf of a request one content, or says why there is none. Canonical URLs that nothing here has may be those of
 * external tables too.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 *
 * @throws BusyError
 */
export type ResolveTerminology = (leaves: readonly TerminologyLeaf[]) => Promise<{
  readonly relations: readonly (TerminologyTable | ExternalTable)[];
  readonly faults: readonly DependencyFault[];
}>;
