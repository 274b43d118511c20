import { createRedisAuditLog } from '@millrace/audit';
import { createShutdown, processStep } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { subscribeToDecisions } from '@millrace/jobstore';
import { createDispatcher } from '@millrace/lifecycle';
import { atIntervals, createDriver, createRedisTaskStates } from '@millrace/maintenance';
import { createMaintenanceQueue, createMaintenanceWorker, createStepWorker } from '@millrace/queue';
import { createRedisConnection } from '@millrace/redis';
import { composeTasks } from '@millrace/worker-service';
import type { Indexing } from '@millrace/worker-service';
import { openPorts } from './compose.js';
import type { SharedPorts, SimulationPlan } from './compose.js';

/** A worker that has all connections and sends all commands of a real one, and evaluates nothing. */
export interface SimulatedWorker {
  /** Registers it, and begins with its background tasks. Before that nobody sends messages to it. */
  begin(): void;
  close(): Promise<void>;
}

/** As in a worker. */
const KNOWN_FOR_MS = 30_000;
const RECOVERY_INTERVAL_MS = 5_000;
const SCHEDULE_INTERVAL_MS = 60_000;
/** Simulated workers read no source. */
const NOTHING_INDEXED: Indexing = {
  sources: [],
  pool: { indexIds: () => Promise.reject(new Error('there is nothing to index')) },
  onPending: () => undefined,
};
const RECOVERY_TASKS = ['lease_reaper', 'queue_reconciler', 'export_coordinator'];
const CLOSE_MS = 5_000;

/** @param onError told of what a worker would log */
export async function startSimulatedWorker(
  plan: SimulationPlan,
  shared: SharedPorts,
  name: string,
  onError: (error: unknown) => void,
): Promise<SimulatedWorker> {
  const { config, events } = shared;
  const { prefix } = config.redis;
  const opened = await openPorts(plan, shared, name, onError);
  const { jobs, queue } = opened.ports;
  const receiving = createRedisConnection(plan.redisUrl, 'worker', onError);
  const hearing = createRedisConnection(plan.redisUrl, 'worker', onError);
  const dispatcher = createDispatcher({ jobs, queue, onError });
  const decisions = await subscribeToDecisions({ redis: hearing, prefix, onError });
  const ports: ExecutionPorts = { ...opened.ports, dispatcher, decisions };
  const shutdown = createShutdown();
  const worker = createStepWorker({
    connection: receiving,
    prefix,
    concurrency: plan.slots,
    lockMs: config.leases.terms.leaseMs,
    onError,
    process: (ref, delivery) => processStep(ports, ref, { ...delivery, shutdown }),
  });
  await worker.ready();
  const { sending } = opened;
  const audit = createRedisAuditLog({ redis: sending, prefix, maxBytes: config.audit.maxUnarchivedBytes });
  const tasks = composeTasks(ports, audit, NOTHING_INDEXED, config);
  const states = createRedisTaskStates({ redis: sending, prefix });
  const driver = createDriver(tasks, { states, events, nonce: ports.nonce });
  const schedule = createMaintenanceQueue({ connection: sending, prefix, onError });
  const ticks = createMaintenanceWorker({
    connection: receiving,
    prefix,
    concurrency: tasks.length,
    activate: (task, reason) => driver.activate(task, reason),
    onLost: onError,
    onError,
  });
  await ticks.ready();

  async function register(): Promise<void> {
    await jobs.registerWorker({ id: name, slots: plan.slots, forMs: KNOWN_FOR_MS });
    dispatcher.nudge();
  }
  async function keepSchedule(): Promise<void> {
    await states.declare(
      tasks.map(({ name: task, description, periodSecs }) => ({ name: task, description, periodSecs })),
    );
    await schedule.ensure(tasks.map(({ name: task, periodSecs }) => ({ task, everyMs: periodSecs * 1000 })));
  }
  async function recover(): Promise<void> {
    for (const task of RECOVERY_TASKS) await driver.activate(task, 'timeout');
    await audit.backlog();
    dispatcher.nudge();
  }
  let repeated: readonly { stop(): Promise<void> }[] = [];
  return {
    begin() {
      repeated = [
        atIntervals(KNOWN_FOR_MS / 3, register, onError),
        atIntervals(SCHEDULE_INTERVAL_MS, keepSchedule, onError),
        atIntervals(RECOVERY_INTERVAL_MS, recover, onError),
      ];
    },
    async close() {
      await Promise.all([worker.close(CLOSE_MS), ...repeated.map((one) => one.stop())]);
      await driver.stop();
      await dispatcher.close();
      await Promise.all([ticks.close(), schedule.close()]);
      await opened.close();
      receiving.disconnect();
      hearing.disconnect();
    },
  };
}
