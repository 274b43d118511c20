import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceProcess } from '@millrace/local-stack';

/** The part of a service that is needed to keep it running. */
export type KeptProcess = Pick<ServiceProcess, 'pid' | 'ended' | 'end'>;

export interface RestartPolicy {
  /** Restarts within `windowMs`; one more ends the supervision. */
  readonly maxRestarts: number;
  readonly windowMs: number;
  /** Wait before the first restart; it doubles with each one in the window. */
  readonly firstWaitMs: number;
  /** How long a service may take to end by itself. */
  readonly graceMs: number;
}

const RESTART_POLICY: RestartPolicy = {
  maxRestarts: 5,
  windowMs: 60_000,
  firstWaitMs: 200,
  graceMs: 20_000,
};

export interface SupervisedService {
  pid(): number;
  /** Resolves with the reason when the service ended too often, or with undefined after `stop`. */
  readonly over: Promise<Error | undefined>;
  stop(): Promise<void>;
}

/** Keeps one service running: starts it again when it ends, later each time, and gives up when that does not help. */
export function supervise(
  name: string,
  start: () => KeptProcess,
  report: (line: string) => void,
  policy: RestartPolicy = RESTART_POLICY,
): SupervisedService {
  const stopping = new AbortController();
  let current = start();

  async function keepRunning(): Promise<Error | undefined> {
    let restarts: number[] = [];
    for (;;) {
      const how = await current.ended;
      const { pid } = current;
      if (stopping.signal.aborted) return undefined;
      const at = performance.now();
      restarts = restarts.filter((time) => time > at - policy.windowMs);
      if (restarts.length === policy.maxRestarts) {
        return new Error(`${name} (process ${pid}) ended with ${how} after ${policy.maxRestarts} restarts`);
      }
      const waitMs = policy.firstWaitMs * 2 ** restarts.length;
      restarts.push(at);
      report(`${name} (process ${pid}) ended with ${how}; starting it again in ${waitMs} ms`);
      await delay(waitMs, undefined, { signal: stopping.signal }).catch(() => undefined);
      if (stopping.signal.aborted) return undefined;
      current = start();
    }
  }

  const over = keepRunning();
  return {
    pid: () => current.pid,
    over,
    async stop() {
      stopping.abort();
      await current.end('SIGTERM', policy.graceMs);
      await over;
    },
  };
}
