import type { ResolvedRedis, ServerProcess } from '@millrace/local-stack';
import { reasonOf } from '../errors.js';
import { supervise } from './supervise.js';
import type { KeptProcess, SupervisedService } from './supervise.js';

/**
 * Keeps a Redis running that was started for a stack: it comes back at the same address with its data. One that was
 * given is left alone.
 */
export function keepRedis(redis: ResolvedRedis, report: (line: string) => void): SupervisedService {
  const { server } = redis;
  if (server === undefined) {
    let stopped: () => void = () => undefined;
    const over = new Promise<undefined>((resolve) => (stopped = () => resolve(undefined)));
    return { pid: () => 0, over, stop: () => redis.stop().then(stopped) };
  }
  let isFirst = true;
  return supervise(
    'Redis',
    () => {
      const process = isFirst ? Promise.resolve(server) : server.startAgain();
      const pid = isFirst ? server.pid : undefined;
      isFirst = false;
      return keptProcess(process, pid);
    },
    report,
  );
}

/** A process that takes its time to start; one that does not start has ended for that reason. */
function keptProcess(starting: Promise<ServerProcess>, knownPid: number | undefined): KeptProcess {
  let pid = knownPid ?? 0;
  const ended = starting.then((server) => {
    pid = server.pid;
    return server.ended;
  }, reasonOf);
  return {
    get pid() {
      return pid;
    },
    ended,
    async end() {
      await starting.then((server) => server.stop()).catch(() => undefined);
      return true;
    },
  };
}
