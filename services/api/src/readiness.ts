import { redisOutageReason } from '@millrace/observability';
import { READY_KEY, finding } from '@millrace/observability/operations-listener';
import type { Readiness } from '@millrace/observability/operations-listener';
import type { ObjectStore, Source } from '@millrace/storage';

export interface ReadinessPorts {
  /** False once a shutdown has begun. */
  readonly accepting: () => boolean;
  /** Rejects when Redis does not answer or cannot be worked with. */
  readonly checkRedis: () => Promise<void>;
  readonly store: Pick<ObjectStore, 'stat'>;
  readonly sources: ReadonlyMap<string, Pick<Source, 'probe'>>;
}

/** Asks everything that a kick-off needs, at the same time. */
export async function readReadiness(ports: ReadinessPorts): Promise<Readiness> {
  const checks: [name: string, check: Promise<unknown>][] = [
    ['redis', ports.checkRedis().catch(tellReason)],
    ['store', ports.store.stat(READY_KEY)],
    ...[...ports.sources].map(([name, source]): [string, Promise<unknown>] => [
      `source ${name}`,
      source.probe(),
    ]),
  ];
  const findings = await Promise.all(
    checks.map(async ([name, check]) => [name, await finding(check)] as const),
  );
  return { accepting: ports.accepting() ? 'ok' : 'shutting down', ...Object.fromEntries(findings) };
}

/** In words for operators: those of the client say nothing to them. */
function tellReason(error: unknown): never {
  const reason = redisOutageReason(error);
  throw reason === undefined ? error : new Error(reason, { cause: error });
}
