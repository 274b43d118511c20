import { SqlEngineError } from '@millrace/sqlquery';
import type { SqlEngine, SqlLimits } from '@millrace/sqlquery';
import type { ObjectStore } from '@millrace/storage';
import { createGate } from '@millrace/threads';
import type { Gate } from '@millrace/threads';

/** How this worker runs queries. */
export interface QuerySettings {
  readonly engine: Pick<SqlEngine, 'run'>;
  /** A folder for the files of running queries. It is made when it is first used. */
  readonly folder: string;
  /** Of one query. The output of an export has limits of its own. */
  readonly limits: Omit<SqlLimits, 'outputBytes'>;
  /** The files of an external table, by its tenant and the canonical URL of the configuration; undefined where that names none. */
  readonly externalTable: (tenant: string, named: string) => Pick<ObjectStore, 'stream'> | undefined;
  /** Queries of exports at one time, and those of runs, for which somebody waits: each may use the memory of its limits. */
  readonly atOnce: Readonly<Record<QueryKind, number>>;
}

/** A query of an export, or of a run. */
export type QueryKind = 'export' | 'run';

export interface Queries extends Omit<QuerySettings, 'atOnce'> {
  /**
   * Resolves when the query may begin; disposing the result lets the next one begin. Tenants come in by turns, and runs do not
   * wait for exports.
   *
   * @param stop ends the wait with its reason
   */
  turn(kind: QueryKind, tenant: string, stop: AbortSignal): Promise<Disposable>;
}

/** A worker takes few steps at a time, and each of them waits as long as it must. */
const PATIENT = { mostWaiting: Infinity, patienceMs: Infinity };

export function createQueries({ atOnce, ...settings }: QuerySettings): Queries {
  const gates: Readonly<Record<QueryKind, Gate>> = {
    export: createGate({ ...PATIENT, atOnce: atOnce.export }),
    run: createGate({ ...PATIENT, atOnce: atOnce.run }),
  };
  return {
    ...settings,
    async turn(kind, tenant, stop) {
      return { [Symbol.dispose]: await gates[kind].enter(1, tenant, stop) };
    },
  };
}

/** Of a process that runs no queries: an attempt at one fails. */
export const NO_QUERIES: Queries = createQueries({
  engine: { run: () => Promise.reject(new SqlEngineError('this process runs no SQL')) },
  folder: '',
  limits: { memoryBytes: 0, temporaryBytes: 0, threads: 1, milliseconds: 0 },
  externalTable: () => undefined,
  atOnce: { export: 1, run: 1 },
});
