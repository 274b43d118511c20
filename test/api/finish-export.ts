import { attemptPrefix } from '@millrace/export';
import type { ExportRecord, Failure, Lease } from '@millrace/export';
import * as lifecycle from '@millrace/lifecycle';
import type { OutcomePorts } from '@millrace/lifecycle';
import { packingSink } from '@millrace/storage';
import type { Platform } from './start-api.js';

const NONCE = 'finisher';
const SUBJECT = {
  engine: 'codegen',
  columns: [
    {
      name: 'id',
      fhirType: 'id',
      collection: false,
      sqlType: 'CHARACTER VARYING',
      parquetType: 'BYTE_ARRAY (STRING)',
    },
  ],
};

/** Ends an export without input as a worker does, as if the one subject had these files; they are named in order. */
export async function completeExport(
  platform: Platform,
  id: string,
  contents: readonly string[],
  { isPacked = false } = {},
): Promise<void> {
  const { jobs, store } = platform;
  const sink = isPacked ? packingSink(store) : store;
  const lease = await planNothing(platform, id);
  const files = await Promise.all(
    contents.map(async (content, index) => {
      const key = `${attemptPrefix('default', lease)}${index}`;
      const upload = await sink.open(key);
      await upload.write(Buffer.from(content));
      return { subject: 0, rows: 1, ...(await upload.commit()) };
    }),
  );
  const work = { subjects: [SUBJECT], files: [files], pages: undefined, notices: [], tables: [] };
  await lifecycle.completeExport(portsOf(platform), lease, await recordOf(jobs, id), work);
}

export async function failExport(platform: Platform, id: string, failure: Failure): Promise<void> {
  await lifecycle.failExport(portsOf(platform), await recordOf(platform.jobs, id), failure);
}

/** Those of a process that nobody watches. */
export function portsOf({ jobs, store }: Platform): OutcomePorts {
  return {
    jobs,
    store,
    artefacts: lifecycle.rememberArtefacts(store, 1),
    dispatcher: { nudge: () => undefined },
    events: {
      deciding: () => undefined,
      manifestCommitted: () => undefined,
      noticed: () => undefined,
      exportSettled: () => undefined,
    },
    retentionMs: 86_400_000,
    nonce: () => NONCE,
    describe: () => Promise.resolve([SUBJECT]),
  };
}

/** @returns the lease of `finalize` */
export async function planNothing({ jobs }: Platform, id: string): Promise<Lease> {
  const plan = await claim('plan');
  await jobs.planSlice(plan, { first: 0, starts: [], complete: { stages: [], bytesTotal: 0 } });
  return claim('finalize');

  async function claim(step: 'plan' | 'finalize'): Promise<Lease> {
    const by = { nonce: NONCE, worker: 'test', leaseMs: 30_000, maxAttempts: 3 };
    const claimed = await jobs.claim({ exportId: id, step }, by);
    if (claimed.kind !== 'claimed') throw new Error(`${step} of export ${id} answered ${claimed.kind}`);
    return claimed.lease;
  }
}

async function recordOf(jobs: Platform['jobs'], id: string): Promise<ExportRecord> {
  const record = await jobs.read(id);
  if (record === undefined) throw new Error(`export ${id} is gone`);
  return record;
}
