import type { Canonical, Resource } from '@millrace/fhir';
import type { DependencyFault, SqlColumn } from '@millrace/sqlquery';

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
  readonly provenance: Readonly<Record<string, unknown>>;
}

/**
 * Gives each leaf of a request one content, or says why there is none.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 *
 * @throws BusyError
 */
export type ResolveTerminology = (leaves: readonly TerminologyLeaf[]) => Promise<{
  readonly relations: readonly TerminologyTable[];
  readonly faults: readonly DependencyFault[];
}>;
