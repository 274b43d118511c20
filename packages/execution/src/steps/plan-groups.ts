import type { SourceIds } from '@millrace/cohort';
import { groupsKey } from '@millrace/export';
import type { ExportRequest, Lease, Notice, Plan } from '@millrace/export';
import { writeIdSet } from '@millrace/scan';
import type { ExecutionPorts } from '../ports.js';

/** The groups of a plan, and what a client should know of their members. */
interface PlannedGroups {
  readonly groups?: NonNullable<Plan['groups']>;
  readonly notices: readonly Notice[];
}

/** Where the members are, and who they are. */
interface Members {
  readonly ids: SourceIds;
  /** Undefined without a filter by patients. */
  readonly patients: ReadonlySet<string> | undefined;
}

/**
 * Stores which resources of the type Group an export of a group has: the group itself alone. Others with one of its members are in
 * their compartments too, but name people who are no members. A group without members has nothing. Blocks of patients have Groups by
 * compartment: a client gets them there only if it asks.
 *
 * An export of Bulk Data also counts members who are in no input. They are not named, because notices go to the log too.
 */
export async function planGroups(
  { store }: Pick<ExecutionPorts, 'store'>,
  lease: Lease,
  { bulk, filter, subjects, tenant }: ExportRequest,
  passes: Plan['passes'],
  { ids, patients }: Members,
): Promise<PlannedGroups> {
  const named = filter?.groups;
  if (named === undefined || patients === undefined) return { notices: [] };
  const counts = bulk !== undefined && filter?.patients === undefined;
  const notices = counts ? await missing(ids, patients) : [];
  const hasGroups = passes.some(({ resourceType }) => resourceType === 'Group');
  const isInBlocks = subjects.some(({ kind }) => kind === 'blocks');
  if (!hasGroups || isInBlocks || patients.size === 0) return { notices };
  const key = groupsKey(tenant, lease);
  await store.createIfAbsent(key, writeIdSet(new Set(named)), 'must-exist');
  return { groups: { key, resources: named.length }, notices };
}

async function missing(ids: SourceIds, patients: ReadonlySet<string>): Promise<readonly Notice[]> {
  const { length: count } = await ids.missingPatients(patients);
  const diagnostics = `members of the group are no Patient of the source: ${count}`;
  return count === 0 ? [] : [{ kind: 'missing-member', diagnostics, expression: 'group', count }];
}
