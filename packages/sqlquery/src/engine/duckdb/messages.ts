import type { SqlColumn, SqlFormat, SqlProgram, SqlRunRequest, SqlRunResult } from '../sql-engine.js';
import type { SqlFaultKind, SqlPosition } from '../sql-fault.js';

/** One order at a time goes from the engine to its child process. */
export type Order =
  | { readonly kind: 'analyse'; readonly program: SqlProgram; readonly format: SqlFormat | undefined }
  | { readonly kind: 'run'; readonly request: SqlRunRequest };

/** `ready` comes once, before the first order; every other one ends an order. */
export type Answer =
  | { readonly kind: 'ready' }
  | { readonly kind: 'analysed'; readonly columns: readonly SqlColumn[] }
  | { readonly kind: 'done'; readonly result: Omit<SqlRunResult, 'peakBytes'> }
  | {
      readonly kind: 'fault';
      readonly fault: SqlFaultKind;
      readonly message: string;
      readonly position: SqlPosition;
    }
  | { readonly kind: 'failed'; readonly message: string };
