/**
 * The program of the kernel: the rows of each view as a tree of instructions, and the keys of a resource that
 * it keeps. Operators are the `OP_` numbers of the program format, which describes their operands.
 */
export interface ScanProgram {
  /** The type of the resources that have rows. */
  readonly resource: string;
  /** Keys are known by their place here. `resourceType` is among those of the root. */
  readonly keys: readonly string[];
  /** Nodes are known by their place; the first is the resource. They may refer to themselves, for recursive data. */
  readonly nodes: readonly ScanNode[];
  /** Without any, lines are copied; then there is a filter. */
  readonly views: readonly ScanView[];
  /** Which resources have rows, or are copied; absent means all. */
  readonly filter?: ScanFilter;
  /** Bases under which absolute references have keys; absent means that none have. */
  readonly bases?: 'any' | readonly ScanBase[];
}

/** A base URL without a slash at its end. */
export interface ScanBase {
  readonly text: string;
  /** Characters from its start that are compared in any letter case. They are of ASCII, and small. */
  readonly caseless: number;
}

/** Resources pass that pass both. */
export interface ScanFilter {
  /** Place of the node with the keys that the filter alone reads, `resourceType` among them. */
  readonly root: number;
  /**
   * Resources pass that were changed after an instant, and not after another one. A resource without a time passes too;
   * one with text that is not an instant is odd.
   */
  readonly changed?: {
    readonly at: Instruction;
    readonly after?: ScanInstant;
    readonly until?: ScanInstant;
  };
  /** Some of the ids that are found are in a set, as `writeIdSet` makes it. */
  readonly ids?: {
    readonly found: readonly Instruction[];
    /** Whether all of them are taken from references to a Patient. */
    readonly byReference: boolean;
    readonly set: Uint8Array;
    /** A set within the set: resources with an id of it need not be changed `after`. */
    readonly exempt?: Uint8Array;
  };
}

/** Since the epoch. */
export interface ScanInstant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

export interface ScanNode {
  /** Sum of `NODE_` flags. */
  readonly flags: number;
  readonly edges: readonly ScanEdge[];
}

export interface ScanEdge {
  readonly key: number;
  readonly node: number;
  /** The key of the companion, which the node must have the flag `NODE_PRIMITIVE` for. */
  readonly companion?: number | undefined;
}

export interface ScanView {
  /** `cells` is the input of a writer of columns: see `cell-format.ts`. */
  readonly format: 'csv' | 'ndjson' | 'json' | 'cells' | 'fhir';
  /** Names of the columns. */
  readonly columns: readonly string[];
  /** Of each column, for the format `fhir` only. */
  readonly parts?: readonly ScanPart[];
  readonly where: readonly Instruction[];
  readonly level: ScanLevel;
}

/** A part of a row in FHIR. Lines with other values than it takes are odd. */
export interface ScanPart {
  /** Its text before the value: `{"name":"id","valueString":`. */
  readonly label: string;
  readonly takes: 'text' | 'boolean' | 'decimal' | 'integer' | 'integer64' | 'instant';
}

export interface ScanLevel {
  readonly columns: readonly ScanColumn[];
  readonly steps: readonly ScanStep[];
}

export interface ScanColumn {
  readonly cell: number;
  readonly expression: Instruction;
  /** Sum of `COLUMN_` flags. */
  readonly flags: number;
}

export type ScanStep =
  | {
      readonly kind: 'forEach';
      readonly orNull: boolean;
      readonly path: Instruction;
      readonly level: ScanLevel;
    }
  | { readonly kind: 'union'; readonly branches: readonly ScanLevel[] }
  | {
      readonly kind: 'repeat';
      readonly start: readonly Instruction[];
      readonly next: readonly Instruction[];
      readonly level: ScanLevel;
    };

export interface Instruction {
  readonly op: number;
  /** At most three. A number is given as it is, a list of numbers and a text by address. */
  readonly operands: readonly Operand[];
}

export type Operand = Instruction | number | readonly number[] | ScanText;

/** A literal text or word. Text is given as it stands between the quotes of JSON. */
export interface ScanText {
  readonly kind: number;
  readonly text: string;
}
