import { randomUUID } from 'node:crypto';
import { exportObjectKey } from '@millrace/export';
import type { ExportRecord, ExportRequest } from '@millrace/export';
import { createRedisJobStore } from '@millrace/jobstore';
import { createRedisConnection, untilReady } from '@millrace/redis';
import { openSink } from '@millrace/storage';
import { REDIS_URL } from '../redis-url.js';

/** Accepts exports for clients that cannot be told apart on the wire, through the job store, as the API does. */
export interface Owners extends AsyncDisposable {
  kickOff(client: string, view: Readonly<Record<string, unknown>>): Promise<string>;
  /** Accepts an export of any subjects, in NDJSON. */
  order(client: string, asked: Pick<ExportRequest, 'subjects' | 'filter'>): Promise<string>;
  read(exportId: string): Promise<ExportRecord | undefined>;
  cancel(exportId: string): Promise<void>;
}

export async function openOwners(prefix: string, outFolder: string): Promise<Owners> {
  const redis = createRedisConnection(REDIS_URL, 'request');
  await untilReady(redis, 5000);
  const jobs = createRedisJobStore({ redis, prefix });
  const store = openSink({ kind: 'file', root: outFolder });

  const owners: Owners = {
    kickOff(client, view) {
      return owners.order(client, {
        subjects: [{ kind: 'view', name: String(view['name']), view: { ...view } }],
      });
    },
    async order(client, asked) {
      const id = randomUUID().replaceAll('-', '');
      const created = await jobs.create({ id, tenant: 'default', client });
      if (created.kind !== 'created') throw new Error(`the export is ${created.kind}`);
      const request: ExportRequest = {
        schemaVersion: 1,
        id,
        tenant: 'default',
        client,
        operation: 'sql-export',
        source: 'default',
        format: 'ndjson',
        header: true,
        fhirVersion: 'R4',
        acceptedAt: new Date(created.at).toISOString(),
        ...asked,
      };
      await store.createIfAbsent(
        exportObjectKey('default', id, 'request'),
        Buffer.from(JSON.stringify(request)),
      );
      await jobs.activate(id);
      return id;
    },
    read: (exportId) => jobs.read(exportId),
    async cancel(exportId) {
      await jobs.decide(exportId, { outcome: 'cancelled', nonce: randomUUID() });
    },
    async [Symbol.asyncDispose]() {
      redis.disconnect();
    },
  };
  return owners;
}
