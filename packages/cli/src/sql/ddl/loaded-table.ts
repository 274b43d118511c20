import type { SqlType } from '@millrace/viewdef';

/** A column of a table that results are loaded into. */
export interface LoadedColumn {
  readonly name: string;
  /** That of the entries where a cell is a list. */
  readonly type: SqlType;
  readonly isList: boolean;
  /** Whether its values are FHIR decimals, which JSON has as numbers even where the column is text. */
  readonly isDecimal: boolean;
}

/** A format of files that tables are loaded from. */
export type LoadedFormat = 'csv' | 'ndjson' | 'parquet';

/** A table, and the files of one output that are loaded into it. */
export interface LoadedTable {
  readonly name: string;
  /** All of them; one by which files are divided is not in the files, but in the names of their folders. */
  readonly columns: readonly LoadedColumn[];
  readonly partitionBy?: string | undefined;
  readonly format: LoadedFormat;
  /** The folder, bucket prefix or stage with the files, without a slash at its end. */
  readonly folder: string;
  /** Whether the folder has the files of this table only. */
  readonly isFolderOwn: boolean;
  /** Names of the files in the folder, where it is on this machine and has some. */
  readonly files: readonly string[];
  /** Names of files there that the pattern of the table takes too, although they are not of it. */
  readonly strangers: readonly string[];
}

/** The place where statements make tables. */
export interface DdlTerms {
  /** In front of the names of tables, as the engine has it: `fhir` or `catalog.fhir`. */
  readonly schema: string | undefined;
}

/** The statements for one engine. */
export interface Dialect {
  /** Formats that the engine loads without losing anything. */
  readonly formats: readonly LoadedFormat[];
  /** Why not the others, and which to choose; empty where it takes all. */
  readonly instead: string;
  /** Whether it loads files that are in folders of partitions: `patients/gender=male/patients.part1.parquet`. */
  readonly loadsPartitions?: true;
  /** Whether its statements name files by `filePattern`, and so take each one that it fits. */
  readonly takesPattern?: boolean;
  /** Whether it takes files with an underscore in front for hidden ones, as Hadoop does. */
  readonly skipsUnderscore?: boolean;
  /** Why a table cannot be loaded; undefined where it can. */
  readonly refusal?: (table: LoadedTable) => string | undefined;
  /** The text for the tables, which ends with a line end. */
  readonly text: (tables: readonly LoadedTable[], terms: DdlTerms) => string;
}

/** The names of the files of a table, as a pattern with an asterisk: `patients.part1.csv`, or `patients.csv` alone. */
export function filePattern({ name, format }: LoadedTable): string {
  return `${name}.*${format}`;
}

/** The paths of the files of a table, as a regular expression for the whole of a path. */
export function fileExpression({ name, format }: LoadedTable): string {
  return `.*${name.replaceAll(/[^A-Za-z0-9_]/g, '[$&]')}[.](part[0-9]+[.])?${format}`;
}
