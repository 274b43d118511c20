import type { Notice } from '@millrace/export';
import type { OwnBases } from '@millrace/fhir';
import type { RowFormat } from '@millrace/formats';
import type { FhirVersion } from '@millrace/storage';
import { engineName } from '@millrace/viewdef';
import type { CompiledView, EngineChoice } from '@millrace/viewdef';
import type { OrderLimits } from './evaluate-in-order.js';
import type { RangeInputs } from './plan/range-inputs.js';
import type { MalformedLines, RangeFilter } from './range/range-task.js';
import type { EnginePool } from './threads/engine-pool.js';

/** One view: its definition, for the threads that compile it, and facts from its check. */
export interface RunView {
  readonly view: Readonly<Record<string, unknown>>;
  readonly resource: string;
  readonly columns: CompiledView['columns'];
  /** The engine to report when there is nothing to evaluate. */
  readonly engine: string;
}

/** A view that was compiled here. */
export function runView(view: RunView['view'], { resource, columns, engine }: CompiledView): RunView {
  return { view, resource, columns, engine: engineName(engine) };
}

/** Views, and the inputs that they are evaluated over. */
export interface RunOrder {
  readonly views: readonly RunView[];
  readonly inputs: RangeInputs;
  readonly fhirVersion: FhirVersion;
  /** Bases of the inputs, behind which absolute references are to their own resources. */
  readonly bases: OwnBases;
  /** Absent: all resources. */
  readonly filter?: RangeFilter;
  /** Whether there can be rows of a resource type; all are read without it. */
  isRead?(resourceType: string): boolean;
  readonly engine: EngineChoice;
  readonly format: RowFormat;
  readonly header: boolean;
  /** CSV only: texts that look like formulas are made harmless. Absent: they are as they are. */
  readonly formulas?: 'text';
  /** Parquet only: zstd in place of Snappy. */
  readonly compression?: 'zstd';
  /** Rows of the only view after which the run ends, as if there were no more. Absent: all of them. */
  readonly mostRows?: number;
  readonly malformedLines: MalformedLines;
  readonly limits: OrderLimits & MemoryLimits;
}

/** The memory that a run may use. */
export interface MemoryLimits {
  /** Bytes of rows behind which a range hands them over. Absent: twice the bytes of a range. */
  readonly partBytes?: number;
  /** Bytes of the rows of one resource, beyond which the run fails. */
  readonly resourceBytes?: number;
}

/** Where the rows of one view go, as one file. */
export interface RowSink {
  /** Is told of rows before their bytes come; the run fails with what it throws. */
  expect?(part: { readonly rows: number; readonly bytes: number }): void;
  /** The next run of bytes; resolves when more may come. */
  write(chunk: Uint8Array): Promise<void>;
  /** All bytes were written. `late` are the notices that were not known when the sink was opened. */
  commit(end: { readonly late: readonly Notice[] }): Promise<void>;
  /** The run has failed: the rows so far are worth nothing. */
  abort(): Promise<void>;
}

/** The ports of a run. */
export interface RunPorts {
  /** Its threads store no parts, and open the sources of the inputs. */
  readonly pool: Pick<EnginePool, 'run'>;
  /**
   * Opens the sink of a view, by its position, after planning and before anything is evaluated.
   *
   * @param notices about the files of the inputs
   */
  openSink(view: number, notices: readonly Notice[]): Promise<RowSink>;
}
