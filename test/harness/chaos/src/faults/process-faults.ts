import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { PlannedFault } from '../schedule/plan-round.js';
import { LEASE_MS, WORKER_SHUTDOWN_MS } from '../stack/settings.js';
import type { Service } from '../stack/service.js';
import { toOneOf } from './fault.js';
import type { Fault, FaultScene } from './fault.js';

/** Kills it without a word, in the middle of its work; something starts it again later. */
export const killWorker: Fault = (scene, planned) => kill(workersOf(scene), planned);

export const killApi: Fault = ({ stack }, planned) =>
  kill(
    stack.apis.map(({ service }) => service),
    planned,
  );

/** Kills the processes in which a worker runs queries, or those that wait for one. The worker lives on. */
export const killQuery: Fault = (scene, { chance }) =>
  toOneOf(workersOf(scene), chance, async (worker) => {
    for (const pid of await childrenOf(worker.pid)) signalTo(pid);
  });

/** None where the operating system does not tell. */
async function childrenOf(pid: number | undefined): Promise<readonly number[]> {
  const listed = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return listed.split(' ').flatMap((text) => (text === '' ? [] : [Number(text)]));
}

function signalTo(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** For longer than a lease: when it goes on, it does not know that its work has been given to another. */
export const freezeWorker: Fault = (scene, { chance, forMs }) =>
  toOneOf(workersOf(scene), chance, async (worker) => {
    worker.signal('SIGSTOP');
    await delay(LEASE_MS + forMs);
    worker.signal('SIGCONT');
  });

const BUSY_MS = 250;
const PAUSE_MS = 60;

/** Hardly ever gets the processor: its heartbeats are late, each by a little. */
export const busyWorker: Fault = (scene, { chance, forMs }) =>
  toOneOf(workersOf(scene), chance, async (worker) => {
    const until = performance.now() + LEASE_MS + forMs;
    while (performance.now() < until) {
      worker.signal('SIGSTOP');
      await delay(BUSY_MS);
      worker.signal('SIGCONT');
      await delay(PAUSE_MS);
    }
  });

/** How long a process may take beyond the time that it gives its shards. */
const END_GRACE_MS = 15_000;

/** As a scale-down does, in the middle of an upload as often as not. It must end by itself. */
export const terminateWorker: Fault = (scene, { chance, forMs }) =>
  toOneOf(workersOf(scene), chance, async (worker) => {
    if (!(await worker.end('SIGTERM', WORKER_SHUTDOWN_MS + END_GRACE_MS))) {
      scene.complain(`${worker.name} did not end within ${END_GRACE_MS} ms after its time was up`);
    }
    await delay(forMs);
    await worker.start();
  });

function workersOf({ stack }: FaultScene): Service[] {
  return stack.workers.map(({ service }) => service);
}

function kill(victims: readonly Service[], { chance, forMs }: PlannedFault): Promise<boolean> {
  return toOneOf(victims, chance, async (victim) => {
    await victim.end('SIGKILL', 0);
    await delay(forMs);
    await victim.start();
  });
}
