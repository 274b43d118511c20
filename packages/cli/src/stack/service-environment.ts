import { availableParallelism } from 'node:os';

export interface StackPlan {
  readonly port: number;
  readonly operationsPort: number;
  readonly data: string;
  readonly out: string;
  readonly workers: number;
  readonly redisUrl: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** A person waits at a terminal: work that has not ended by then is handed back. */
const SHUTDOWN_TIMEOUT = '5s';

/** FHIR base URL of a stack's API. */
export function fhirUrlOf(plan: Pick<StackPlan, 'port'>): string {
  return `http://127.0.0.1:${plan.port}/fhir`;
}

export function operationsUrlOf(plan: Pick<StackPlan, 'operationsPort'>): string {
  return `http://127.0.0.1:${plan.operationsPort}`;
}

/** Environment of the API. Other variables come from the caller's environment. */
export function apiEnvironment(plan: StackPlan, env: Environment): Record<string, string> {
  return withoutUnset({
    SHUTDOWN_TIMEOUT,
    ...env,
    ...shared(plan),
    PORT: String(plan.port),
    OPS_PORT: String(plan.operationsPort),
  });
}

/** Environment of each worker. The cores are divided between the workers unless the caller's environment says so. */
export function workerEnvironment(plan: StackPlan, env: Environment): Record<string, string> {
  const threads = Math.max(1, Math.floor(availableParallelism() / plan.workers));
  return withoutUnset({
    ENGINE_THREADS: String(threads),
    SHUTDOWN_TIMEOUT,
    ...env,
    ...shared(plan),
    OPS_PORT: '0',
  });
}

function shared(plan: StackPlan): Record<string, string> {
  return { REDIS_URL: plan.redisUrl, MILLRACE_DATA: plan.data, MILLRACE_OUT: plan.out };
}

function withoutUnset(env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
