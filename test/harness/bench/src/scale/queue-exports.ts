import { randomBytes } from 'node:crypto';
import { createShutdown, processStep } from '@millrace/execution';
import type { ExecutionPorts } from '@millrace/execution';
import { exportObjectKey } from '@millrace/export';
import type { ExportRequest } from '@millrace/export';
import { openPorts, sharePorts } from './compose.js';
import type { SimulationPlan } from './compose.js';

/** Accepts exports, then plans them, while no worker is there: all their shards wait. */
export interface Queueing extends AsyncDisposable {
  accept(exports: number): Promise<void>;
  planAll(): Promise<void>;
}

const CLIENTS_OF_A_TENANT = 5;
const AT_A_TIME = 20;

export async function openQueueing(
  plan: SimulationPlan,
  { view, clients }: { readonly view: Readonly<Record<string, unknown>>; readonly clients: number },
  signal: AbortSignal,
): Promise<Queueing> {
  const { ports: some, close } = await openPorts(plan, sharePorts(plan), 'planning', () => undefined);
  const ports: ExecutionPorts = {
    ...some,
    dispatcher: { nudge: () => undefined },
    decisions: { onDecided: () => () => undefined },
  };
  const { jobs, store } = ports;
  const accepted: string[] = [];

  async function accept(number: number): Promise<void> {
    const client = number % clients;
    const owner = {
      tenant: `tenant-${Math.floor(client / CLIENTS_OF_A_TENANT)}`,
      client: `client-${client}`,
    };
    const id = randomBytes(16).toString('hex');
    await jobs.create({ id, ...owner });
    const request: ExportRequest = {
      schemaVersion: 1,
      id,
      ...owner,
      operation: 'bench',
      acceptedAt: new Date().toISOString(),
      format: 'ndjson',
      header: true,
      source: 'idle',
      fhirVersion: 'R4',
      subjects: [{ kind: 'view', name: 'rows', view }],
    };
    await store.createIfAbsent(
      exportObjectKey(owner.tenant, id, 'request'),
      Buffer.from(JSON.stringify(request)),
    );
    await jobs.activate(id);
    accepted.push(id);
  }
  const shutdown = createShutdown();
  return {
    accept: (exports) =>
      inTurns(
        Array.from({ length: exports }, (_, number) => number),
        accept,
        signal,
      ),
    planAll: () =>
      inTurns(
        accepted,
        async (exportId) => {
          const delivery = { shutdown, ageMs: 0, lost: new AbortController().signal };
          await processStep(ports, { exportId, step: 'plan' }, delivery);
        },
        signal,
      ),
    [Symbol.asyncDispose]: close,
  };
}

/** Some at a time. */
async function inTurns<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const waiting = items.values();
  await Promise.all(
    Array.from({ length: AT_A_TIME }, async () => {
      for (const item of waiting) {
        signal.throwIfAborted();
        await act(item);
      }
    }),
  );
}
