import { resolveCohort } from '@millrace/cohort';
import {
  LeaseLostError,
  cohortKey,
  exportObjectKey,
  extentOf,
  joinedKey,
  ownBases,
  planText,
} from '@millrace/export';
import type { ExportRequest, Lease, Notice, PassExtent, Plan } from '@millrace/export';
import { patientLinkOf } from '@millrace/fhir';
import { writeIdSet } from '@millrace/scan';
import { DELETED, boundInflation } from '@millrace/storage';
import type { Source } from '@millrace/storage';
import { persist } from '../lease/persist.js';
import type { ExecutionPorts } from '../ports.js';
import { findVersionsFirst } from './find-versions-first.js';
import { joinLast } from './join-last.js';
import { planDeletions } from './plan-deletions.js';
import { planGroups } from './plan-groups.js';
import { planProvenance } from './plan-provenance.js';
import { proposePlan } from './propose-plan.js';
import { tellDeletionsLast } from './tell-deletions-last.js';

/** Shards that one script adds: it blocks Redis for well under a millisecond. */
const SLICE_SHARDS = 1000;
/** The others are counted. */
const MOST_GROUPS_NAMED = 5;

/**
 * Pins the inputs and cuts them into shards, resolves the filter to a set of patients, and opens the first stage. The plan
 * that is stored first wins, so that a second attempt reads the same snapshot.
 */
export async function planStep(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<void> {
  const startedAt = performance.now();
  const { store } = ports;
  const proposal = await propose(ports, lease, request, stop);
  const key = exportObjectKey(request.tenant, request.id, 'plan');
  await store.createIfAbsent(key, Buffer.from(planText(proposal)), 'must-exist');
  const plan = await ports.artefacts.plan(request);
  await recordPlan(ports, lease, request, plan, stop);
  ports.events.planned({
    exportId: request.id,
    inputs: plan.inputs.length,
    passes: plan.passes.length,
    shards: plan.stages.flat().length,
    bytesTotal: bytesOf(plan),
    ...(plan.cohort === undefined ? {} : { patients: plan.cohort.patients }),
    durationMs: performance.now() - startedAt,
  });
}

async function propose(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  stop: AbortSignal,
): Promise<Plan> {
  const source = listingOnce(boundInflation(ports.source(request.source), request.limits?.gzipRatio));
  const ids = ports.ids(source, stop);
  const { filter } = request;
  const at = Date.parse(request.acceptedAt);
  const has = request.versions === true ? 'versions' : 'one version';
  const found =
    filter === undefined ? undefined : await resolveCohort(filter, ids, ownBases(request), at, has);
  const patients = found?.patients;
  // Nothing of a type that is in no compartment would pass. Deletions are not of a patient.
  const isRead = (type: string): boolean =>
    patients === undefined || type === DELETED || patientLinkOf(type) !== undefined;
  const { shardBytes, versionsBytes } = ports.settings;
  const terms = { shardBytes, isRead, patients: patients?.size };
  const proposed = await proposePlan(source, request, terms, stop);
  const { deletions, notices: ofDeletions } = await planDeletions(ports, lease, request, source, stop);
  const ordered = deletions === undefined ? proposed : tellDeletionsLast(proposed, request.subjects);
  // Somebody waits for the one file of a run.
  const joining = request.run === undefined ? joinLast(ordered, request) : ordered;
  const plan = request.versions === true ? findVersionsFirst(joining, versionsBytes) : joining;
  const { provenance, notices: ofProvenance } = await planProvenance(
    ports,
    lease,
    request,
    { source, cohort: found },
    stop,
  );
  const chosen = {
    ...(provenance === undefined ? {} : { provenance }),
    ...(deletions === undefined ? {} : { deletions }),
  };
  const { groups, notices: ofGroups } = await planGroups(ports, lease, request, plan.passes, {
    ids,
    patients,
  });
  const withNotices = {
    ...plan,
    ...chosen,
    ...(groups === undefined ? {} : { groups }),
    notices: [...plan.notices, ...ofProvenance, ...ofDeletions, ...ofGroups],
  };
  if (found === undefined || patients === undefined) return withNotices;
  const notices = [
    ...withNotices.notices,
    ...undatedMembers(found.undated),
    ...nobody(filter?.groups, patients),
  ];
  const cohort = await storePatients(ports, cohortKey(request.tenant, lease), patients);
  if (found.joined === undefined) return { ...withNotices, notices, cohort };
  const joined = await storePatients(ports, joinedKey(request.tenant, lease), found.joined);
  return { ...withNotices, notices, cohort: { ...cohort, joined } };
}

async function storePatients(
  { store }: Pick<ExecutionPorts, 'store'>,
  key: string,
  patients: ReadonlySet<string>,
): Promise<{ key: string; patients: number }> {
  await store.createIfAbsent(key, writeIdSet(patients), 'must-exist');
  return { key, patients: patients.size };
}

function undatedMembers(count: number): readonly Notice[] {
  const diagnostics = `members of groups have a period whose start or end is not a dateTime and counts as open: ${count}`;
  return count === 0 ? [] : [{ kind: 'unreadable-date', diagnostics, expression: 'group', count }];
}

/** Groups are easily empty by mistake: closed, of devices, defined by characteristics, or with periods that are over. */
function nobody(groups: readonly string[] | undefined, patients: ReadonlySet<string>): readonly Notice[] {
  if (groups === undefined || patients.size > 0) return [];
  const named = groups.slice(0, MOST_GROUPS_NAMED).map((id) => `Group/${id}`);
  const more = groups.length > named.length ? ` and ${groups.length - named.length} more` : '';
  const diagnostics = `no patient was a member of ${named.join(', ')}${more} when the export was accepted`;
  return [{ kind: 'no-rows', diagnostics, expression: 'group' }];
}

/** Lists each resource type once, so that the views read the snapshot that the filter has read. */
function listingOnce(source: Source): Source {
  const listed = new Map<string, ReturnType<Source['list']>>();
  return {
    name: source.name,
    fhirVersion: source.fhirVersion,
    list: (resourceType) => {
      const known = listed.get(resourceType) ?? source.list(resourceType);
      listed.set(resourceType, known);
      return known;
    },
    survey: (resourceTypes) => source.survey(resourceTypes),
    read: (...range) => source.read(...range),
    probe: () => source.probe(),
  };
}

async function recordPlan(
  ports: ExecutionPorts,
  lease: Lease,
  request: ExportRequest,
  plan: Plan,
  stop: AbortSignal,
): Promise<void> {
  const stages = plan.stages.map(({ length }) => length);
  const starts = plan.stages.flat().map((task) => extentOf(task).start);
  for (let first = 0; ; first += SLICE_SHARDS) {
    const last = first + SLICE_SHARDS >= starts.length;
    const slice = {
      first,
      starts: starts.slice(first, first + SLICE_SHARDS),
      ...(last ? { complete: { stages, bytesTotal: bytesOf(plan), passes: extentsOf(plan, request) } } : {}),
    };
    const answer = await persist(() => ports.jobs.planSlice(lease, slice), stop);
    if (answer.kind === 'fenced') {
      ports.events.fenced({ exportId: lease.exportId, step: lease.step, op: 'plan-slice' });
      throw new LeaseLostError('fenced', lease);
    }
    if (last) return;
  }
}

/** A subject is complete once all tasks of its pass are done. Tables are no subjects. */
function extentsOf(
  { passes, stages }: Plan,
  { subjects }: Pick<ExportRequest, 'subjects'>,
): readonly PassExtent[] {
  const shards = passes.map(() => 0);
  for (const { pass } of stages.flat()) shards[pass] = (shards[pass] ?? 0) + 1;
  return passes.map((pass, at) => {
    return {
      shards: shards[at] ?? 0,
      subjects: pass.subjects.filter((index) => index < subjects.length).length,
    };
  });
}

function bytesOf(plan: Plan): number {
  return plan.stages.flat().reduce((sum, task) => sum + extentOf(task).bytes, 0);
}
