import { createHash } from 'node:crypto';
import { exportPrefix } from '@millrace/export';
import type { ExportRecord, Failure, Lease } from '@millrace/export';
import { conclude, manifestHead } from '@millrace/lifecycle';
import type { Platform } from './start-api.js';

const DAY_MS = 86_400_000;
const NONCE = 'finisher';

/** Does what a worker does for an export without input: plans nothing, and completes it with the given files. */
export async function completeExport(
  platform: Platform,
  id: string,
  files: Readonly<Record<string, string>>,
): Promise<void> {
  const { jobs, store } = platform;
  const lease = await planNothing(platform, id);
  const decided = await jobs.decide(id, { outcome: 'completed', lease });
  if (decided.kind !== 'deciding') throw new Error(`export ${id} answered ${decided.kind}`);
  const listed = [];
  for (const [name, content] of Object.entries(files)) {
    const key = `${exportPrefix('default', id)}finalize/${lease.token}-${lease.nonce}/${name}`;
    const upload = await store.open(key);
    await upload.write(Buffer.from(content));
    const { bytes, etag } = await upload.commit();
    const sha256 = createHash('sha256').update(content).digest('hex');
    listed.push({ name, key, rows: 1, bytes, etag, sha256 });
  }
  await conclude(platform, {
    ...manifestHead(await recordOf(platform, id), ends(decided.at)),
    outcome: 'completed',
    outputs: [{ name: 'patients', files: listed, engine: 'codegen' }],
    skippedLines: 0,
    notices: [],
  });
}

export async function failExport(platform: Platform, id: string, failure: Failure): Promise<void> {
  const decided = await platform.jobs.decide(id, { outcome: 'failed', failure, nonce: NONCE });
  if (decided.kind !== 'deciding') throw new Error(`export ${id} answered ${decided.kind}`);
  const head = manifestHead(await recordOf(platform, id), ends(decided.at));
  await conclude(platform, { ...head, outcome: 'failed', failure });
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

async function recordOf({ jobs }: Platform, id: string): Promise<ExportRecord> {
  const record = await jobs.read(id);
  if (record === undefined) throw new Error(`export ${id} is gone`);
  return record;
}

function ends(at: number) {
  return { writtenBy: NONCE, endedAt: at, expiresAt: at + DAY_MS };
}
