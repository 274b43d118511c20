import { SqlEngineError } from '@millrace/sqlquery';
import type { SqlEngine, SqlLimits } from '@millrace/sqlquery';
import type { ObjectStore } from '@millrace/storage';

/** How this worker runs queries. */
export interface QuerySettings {
  readonly engine: Pick<SqlEngine, 'run'>;
  /** A folder for the files of running queries. It is made when it is first used. */
  readonly folder: string;
  /** Of one query. The output of an export has limits of its own. */
  readonly limits: Omit<SqlLimits, 'outputBytes'>;
  /** The files of an external table, by its tenant and the canonical URL of the configuration; undefined where that names none. */
  readonly externalTable: (tenant: string, named: string) => Pick<ObjectStore, 'stream'> | undefined;
  /** Queries at one time: each may use the memory of its limits. */
  readonly atOnce: number;
}

export interface Queries extends Omit<QuerySettings, 'atOnce'> {
  /**
   * Resolves when the query may begin; disposing the result lets the next one begin.
   *
   * @param stop ends the wait with its reason
   */
  turn(stop: AbortSignal): Promise<Disposable>;
}

export function createQueries({ atOnce, ...settings }: QuerySettings): Queries {
  let running = 0;
  const waiting = new Set<() => void>();

  function leave(): void {
    running -= 1;
    const [next] = waiting;
    next?.();
  }
  function begin(): Disposable {
    running += 1;
    let isOver = false;
    return {
      [Symbol.dispose]() {
        if (!isOver) leave();
        isOver = true;
      },
    };
  }

  return {
    ...settings,
    async turn(stop) {
      stop.throwIfAborted();
      if (running < atOnce) return begin();
      return new Promise((resolve, reject) => {
        const next = (): void => {
          waiting.delete(next);
          stop.removeEventListener('abort', end);
          resolve(begin());
        };
        const end = (): void => {
          waiting.delete(next);
          reject(stop.reason as Error);
        };
        waiting.add(next);
        stop.addEventListener('abort', end, { once: true });
      });
    },
  };
}

/** Of a process that runs no queries: an attempt at one fails. */
export const NO_QUERIES: Queries = createQueries({
  engine: { run: () => Promise.reject(new SqlEngineError('this process runs no SQL')) },
  folder: '',
  limits: { memoryBytes: 0, temporaryBytes: 0, threads: 1, milliseconds: 0 },
  externalTable: () => undefined,
  atOnce: 1,
});
