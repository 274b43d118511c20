import { createRedisAuditLog } from '@millrace/audit';
import type { AuditLog } from '@millrace/audit';
import { loadConfig } from '@millrace/configuration';
import type { ExecutionPorts } from '@millrace/execution';
import { createDriver, createRedisTaskStates } from '@millrace/maintenance';
import type { BackgroundTask, Driver } from '@millrace/maintenance';
import type { Events } from '@millrace/observability';
import { composeTasks, configSchema, unsafeSettings } from '@millrace/worker-service';
import type { Indexing } from '@millrace/worker-service';
import { Redis } from 'ioredis';
import { REDIS_URL } from '../redis-url.js';

type Activation = Parameters<Events['taskActivated']>[0];

/** The driver of one process with all tasks, as a worker composes them. */
export interface AllTasks extends AsyncDisposable {
  readonly tasks: readonly BackgroundTask[];
  readonly driver: Driver;
  readonly audit: AuditLog;
  /** Its events, in order. */
  readonly told: readonly Activation[];
  /** Activates each task once, and gives what they did. */
  activateAll(): Promise<readonly Activation[]>;
}

const NOTHING_INDEXED: Indexing = {
  sources: [],
  pool: { indexIds: () => Promise.reject(new Error('there is nothing to index')) },
  onPending: () => undefined,
};

/** @param aheadMs how far the clock of the tasks is ahead */
export function composeAllTasks(
  ports: ExecutionPorts,
  prefix: string,
  {
    aheadMs = 0,
    environment = {},
    indexing = NOTHING_INDEXED,
  }: {
    aheadMs?: number;
    environment?: Readonly<Record<string, string>>;
    indexing?: Indexing;
  } = {},
): AllTasks {
  const redis = new Redis(REDIS_URL);
  const config = loadConfig(
    configSchema,
    { REDIS_URL, REDIS_PREFIX: prefix, MILLRACE_DATA: '.', MILLRACE_OUT: '.', ...environment },
    unsafeSettings,
  );
  const audit = createRedisAuditLog({ redis, prefix, maxBytes: config.audit.maxUnarchivedBytes });
  const tasks = composeTasks(ports, audit, indexing, config);
  const told: Activation[] = [];
  const driver = createDriver(tasks, {
    states: createRedisTaskStates({ redis, prefix }),
    aheadMs,
    nonce: ports.nonce,
    events: { taskActivated: (event) => void told.push(event) },
  });
  return {
    tasks,
    driver,
    audit,
    told,
    async activateAll() {
      const before = told.length;
      for (const { name } of tasks) await driver.activate(name, 'timeout');
      return told.slice(before);
    },
    async [Symbol.asyncDispose]() {
      await driver.stop();
      await redis.quit();
    },
  };
}
