import type { OwnBases } from '@millrace/fhir';
import type { Format } from '@millrace/formats';
import type { FhirVersion } from '@millrace/storage';
import type { CompiledView, EngineChoice } from '@millrace/viewdef';
import type { OrderLimits } from './evaluate-in-order.js';
import type { RangeInputs } from './plan/range-inputs.js';
import type { MalformedLines } from './range/range-task.js';
import type { EnginePool } from './threads/engine-pool.js';

/** One view: its definition, for the threads that compile it, and the compiled view from its check. */
export interface RunView {
  readonly view: Readonly<Record<string, unknown>>;
  readonly compiled: CompiledView;
}

/** Views, and the inputs that they are evaluated over. */
export interface RunOrder {
  readonly views: readonly RunView[];
  readonly inputs: RangeInputs;
  readonly fhirVersion: FhirVersion;
  /** Bases of the inputs, behind which absolute references are to their own resources. */
  readonly bases: OwnBases;
  readonly engine: EngineChoice;
  readonly format: Format;
  readonly header: boolean;
  readonly malformedLines: MalformedLines;
  readonly limits: OrderLimits;
}

/** Where the rows of one view go, as one file. */
export interface RowSink {
  /** The next run of bytes; resolves when more may come. */
  write(chunk: Uint8Array): Promise<void>;
  /** All bytes were written. */
  commit(): Promise<void>;
  /** The run has failed: the rows so far are worth nothing. */
  abort(): Promise<void>;
}

/** The ports of a run. */
export interface RunPorts {
  /** Its threads store no parts, and open the sources of the inputs. */
  readonly pool: Pick<EnginePool, 'run'>;
  /** Opens the sink of a view, by its position, after planning and before anything is evaluated. */
  openSink(view: number): Promise<RowSink>;
}
