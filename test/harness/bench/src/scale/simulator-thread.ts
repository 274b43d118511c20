import { parentPort, workerData } from 'node:worker_threads';
import { sharePorts } from './compose.js';
import type { SimulationPlan } from './compose.js';
import { startSimulatedWorker } from './simulated-worker.js';
import type { SimulatedWorker } from './simulated-worker.js';

/** The task of a thread. */
export interface SimulatorTask {
  readonly plan: SimulationPlan;
  /** Names of its workers. */
  readonly names: readonly string[];
}

/** From the main thread. */
export type SimulatorOrder = 'begin' | 'end';

/** From a thread. */
export type SimulatorNews =
  | { readonly kind: 'ready' | 'ended' }
  | { readonly kind: 'shard' }
  /** An export has ended. */
  | { readonly kind: 'settled'; readonly outcome: string }
  /** A simulated worker met an error that a real one would log. The work goes on. */
  | { readonly kind: 'trouble'; readonly message: string };

if (parentPort === null) throw new Error('simulator-thread.js is started as a worker thread only');
const port = parentPort;
const tell = (news: SimulatorNews): void => port.postMessage(news);
const { plan, names } = workerData as SimulatorTask;

const shared = sharePorts(plan);
const events = {
  ...shared.events,
  shardCommitted(event: Parameters<typeof shared.events.shardCommitted>[0]) {
    shared.events.shardCommitted(event);
    tell({ kind: 'shard' });
  },
  exportSettled(event: Parameters<typeof shared.events.exportSettled>[0]) {
    shared.events.exportSettled(event);
    tell({ kind: 'settled', outcome: event.outcome });
  },
};
const workers: SimulatedWorker[] = [];
for (const name of names) {
  const onError = (error: unknown): void => tell({ kind: 'trouble', message: String(error) });
  workers.push(await startSimulatedWorker(plan, { ...shared, events }, name, onError));
}

port.on('message', (order: SimulatorOrder) => {
  if (order === 'begin') for (const worker of workers) worker.begin();
  else void end();
});
tell({ kind: 'ready' });

async function end(): Promise<void> {
  await Promise.all(workers.map((worker) => worker.close()));
  tell({ kind: 'ended' });
  port.close();
}
