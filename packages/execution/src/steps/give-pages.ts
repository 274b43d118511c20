import { shardIndex } from '@millrace/export';
import type { Lease } from '@millrace/export';
import { allowsPages, isPageDue, writePages } from '@millrace/lifecycle';
import type { ExecutionPorts } from '../ports.js';

/**
 * Writes the pages of the manifest that a shard has made due, if the client allowed them. The shard is done whether that
 * succeeds or not: the next one tries again, and finalize writes the rest.
 */
export async function givePages(ports: ExecutionPorts, tenant: string, lease: Lease): Promise<void> {
  const { exportId, step } = lease;
  try {
    const name = { tenant, id: exportId };
    const request = await ports.artefacts.request(name);
    if (!allowsPages(request)) return;
    const plan = await ports.artefacts.plan(name);
    if (isPageDue(plan, shardIndex(step) ?? 0)) await writePages(ports, request, plan);
  } catch (err) {
    ports.events.pageDelayed({ exportId, step, err });
  }
}
