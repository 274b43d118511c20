/** A column of a relation: its name, and its type as DuckDB and Parquet know it. */
export interface SqlColumn {
  readonly name: string;
  /** Such as `VARCHAR`, `INTEGER`, `DECIMAL(18,2)`, `VARCHAR[]` or `TIMESTAMP WITH TIME ZONE`. */
  readonly type: string;
}

/** A materialised view, a terminology relation or an external table: rows in Parquet files of one schema. */
export interface SqlTable {
  /** Letters and digits, such as `r1`. It is internal: a label is a name of one statement only. */
  readonly id: string;
  readonly columns: readonly SqlColumn[];
}

/** One SELECT, and the names that it may select from. */
export interface SqlStatement {
  readonly sql: string;
  /** The id of a table or of a view for each label. Labels are SQL identifiers, in which case counts for nothing. */
  readonly names: Readonly<Record<string, string>>;
}

/** An SQLView. Statements behind it may name its id. */
export interface SqlViewStatement extends SqlStatement {
  readonly id: string;
}

/** The value of a parameter, which the SQL writes as `:name`. It is bound, and never becomes part of the text. */
export interface BoundValue {
  readonly name: string;
  /** A FHIR type, such as `date`. It gives the value its type in SQL. */
  readonly type: string;
  /** A number that a double cannot hold is text, and so are dates and times. Null where the request has no value. */
  readonly value: string | number | boolean | null;
}

/** The query of one subject with all that it stands on. Plain JSON: it is stored with the export. */
export interface SqlProgram {
  readonly tables: readonly SqlTable[];
  /** Each stands behind those that it names. */
  readonly views: readonly SqlViewStatement[];
  readonly query: SqlStatement;
  readonly values: readonly BoundValue[];
}

/** Formats of output. `fhir` is a Parameters resource with a `row` for each row. */
export type SqlFormat = 'ndjson' | 'csv' | 'json' | 'parquet' | 'fhir';

export interface AnalyseOptions {
  /** Where it is given, the types of the columns must have a form in it. */
  readonly format?: SqlFormat;
  /** Analyses of one client wait for each other, and clients take turns. */
  readonly client?: string;
  /** Time for the analysis itself, where it is less than that of the engine. */
  readonly milliseconds?: number;
}

export interface Analysis {
  /** Those of the query as its output has them. */
  readonly columns: readonly SqlColumn[];
  /** The time of the analysis itself, without that for which it waited. */
  readonly milliseconds: number;
}

export interface SqlOutput {
  /** An empty folder that exists and that nobody else uses. It receives the parts and nothing else. */
  readonly folder: string;
  readonly format: SqlFormat;
  /** CSV only: each part begins with the names of the columns. */
  readonly header: boolean;
  /**
   * CSV only: a text or a name that a spreadsheet would take for a formula begins with an apostrophe, as in
   * `@millrace/formats`. Absent: texts are as they are.
   */
  readonly formulas?: 'text';
  /** Parquet only: zstd in place of Snappy. */
  readonly compression?: 'zstd';
  /** Parquet only: values by key for the footer of each part. Absent: none. */
  readonly footer?: Readonly<Record<string, string>>;
  /** A part ends soon after it has this size. With Infinity there is one part. */
  readonly partBytes: number;
  /** At most this number of rows, the first ones of the result. Absent: all rows. */
  readonly rows?: number;
}

/** Budgets of one run. A run that meets one of them ends with an SqlFault of the kind `too-costly`. */
export interface SqlLimits {
  /** Memory of the engine for data. What does not fit goes to temporary files; the process itself needs more. */
  readonly memoryBytes: number;
  /** Temporary files. */
  readonly temporaryBytes: number;
  readonly threads: number;
  readonly milliseconds: number;
  /** All parts together. It may be exceeded for the part of a second in which it is noticed. */
  readonly outputBytes: number;
}

export interface SqlRunRequest {
  /** The tenant whose SQL it is. Engines keep tenants apart. */
  readonly tenant: string;
  readonly program: SqlProgram;
  /** Absolute paths of Parquet files by the id of the table; a table without files has no rows. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  readonly output: SqlOutput;
  /** An empty folder that exists and that nobody else uses, for temporary files. The run leaves it empty. */
  readonly temporaryFolder: string;
  readonly limits: SqlLimits;
}

export interface SqlPart {
  /** Absolute path in the folder of the output. */
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
}

export interface SqlRunResult {
  /** In the order of their rows; a result without rows is one part, which is a complete file. */
  readonly parts: readonly SqlPart[];
  /** Names and types as the parts have them. */
  readonly columns: readonly SqlColumn[];
  /** The most memory that the engine was seen to take, as its operating system counts it; 0 where that is not known. */
  readonly peakBytes: number;
}

/**
 * Runs SQL over Parquet files. The SQL is the client's, so that an engine keeps it from all other data, from the host and
 * beyond its limits. `sqlEngineContract` is the suite of every engine.
 */
export interface SqlEngine {
  /**
   * Prepares a program against empty tables. It reads no data, and its time and memory are bounded.
   *
   * @throws SqlFault when the SQL is at fault, SqlEngineError when the engine is, BusyError when it has too much to do
   */
  analyse(program: SqlProgram, options?: AnalyseOptions): Promise<Analysis>;
  /**
   * Runs the query and writes its rows into parts. After an error the caller removes the folder.
   *
   * @param signal aborting it interrupts the run within a second, which then ends with the reason of the signal
   * @throws SqlFault when the SQL or its data are at fault or a limit is met, SqlEngineError when the engine is at fault
   */
  run(request: SqlRunRequest, signal: AbortSignal): Promise<SqlRunResult>;
  /** Ends all that runs. */
  close(): Promise<void>;
}
