import { ownBases, provenanceJoinedKey, provenanceKey } from '@millrace/export';
import type { ExportRequest, Lease, Notice, Plan, Subject } from '@millrace/export';
import { ProvenanceTooLargeError, chooseProvenance } from '@millrace/run';
import type { ChosenProvenance, ProvenanceChoice } from '@millrace/run';
import { readIdSet, writeIdSet } from '@millrace/scan';
import type { IdSet } from '@millrace/scan';
import type { Source } from '@millrace/storage';
import type { ExecutionPorts } from '../ports.js';

/** The Provenance of a plan, and what a client should know of it. */
interface PlannedProvenance {
  readonly provenance?: NonNullable<Plan['provenance']>;
  readonly notices: readonly Notice[];
}

/** Who decides, and where the resources are. */
interface Chosen {
  readonly source: Source;
  /** Undefined without a filter by patients. */
  readonly cohort:
    | { readonly patients: ReadonlySet<string>; readonly joined?: ReadonlySet<string> }
    | undefined;
}

/** A client asked for the Provenance of resources of a source in which older versions of both would choose it too. */
export class ProvenanceOfVersionsError extends Error {
  override readonly name = 'ProvenanceOfVersionsError';

  constructor(source: string) {
    super(
      `source ${JSON.stringify(source)} may hold several versions of a resource, and Provenance is not chosen by their latest ones; ` +
        'export all Provenance instead',
    );
  }
}

/**
 * Chooses the Provenance of an export by its targets, where the filter alone would not: with patients, that of other
 * resources in their compartments belongs to the export; and a client may ask for that of the exported resources.
 *
 * @throws ProvenanceTooLargeError, ProvenanceOfVersionsError where the client asked; storage's errors
 */
export async function planProvenance(
  { store }: Pick<ExecutionPorts, 'store'>,
  lease: Lease,
  request: ExportRequest,
  { source, cohort }: Chosen,
  stop: AbortSignal,
): Promise<PlannedProvenance> {
  const choice = choiceOf(request, cohort !== undefined);
  if (choice === undefined || (await source.list('Provenance')).length === 0) return NOTHING_CHOSEN;
  if (request.versions === true) {
    const refusal = new ProvenanceOfVersionsError(request.source);
    if (choice.kind === 'compartments') return { notices: [ofPatientsOnly(refusal)] };
    throw refusal;
  }
  const { since, until } = request.filter ?? {};
  const terms = {
    since,
    until,
    patients: idSet(cohort?.patients),
    joined: idSet(cohort?.joined),
    bases: ownBases(request),
  };
  let chosen: ChosenProvenance;
  try {
    chosen = await chooseProvenance(source, choice, terms, stop);
  } catch (error) {
    if (!(error instanceof ProvenanceTooLargeError) || choice.kind !== 'compartments') throw error;
    return { notices: [ofPatientsOnly(error)] };
  }
  const { tenant } = request;
  const provenance = await storeIds(store, provenanceKey(tenant, lease), chosen.ids);
  const notices = withoutId(chosen.withoutId);
  if (chosen.joined === undefined) return { provenance, notices };
  const joined = await storeIds(store, provenanceJoinedKey(tenant, lease), chosen.joined);
  return { provenance: { ...provenance, joined }, notices };
}

const NOTHING_CHOSEN: PlannedProvenance = { notices: [] };

function choiceOf({ subjects }: ExportRequest, isOfPatients: boolean): ProvenanceChoice | undefined {
  // A block has the Provenance that has its patient as target. That of other resources names no patient.
  if (subjects.some(({ kind }) => kind === 'blocks')) return undefined;
  const resources = subjects.filter((subject) => subject.kind === 'resources');
  const provenance = resources.find(isProvenance);
  if (provenance === undefined) return undefined;
  const { associated } = provenance;
  if (associated === undefined) return isOfPatients ? { kind: 'compartments' } : undefined;
  const others = resources.filter((subject) => !isProvenance(subject));
  return { kind: associated, types: others.map(({ resourceType }) => resourceType) };
}

function isProvenance({ resourceType }: Extract<Subject, { kind: 'resources' }>): boolean {
  return resourceType === 'Provenance';
}

function idSet(ids: ReadonlySet<string> | undefined): IdSet | undefined {
  return ids === undefined ? undefined : readIdSet(writeIdSet(ids));
}

async function storeIds(
  store: ExecutionPorts['store'],
  key: string,
  ids: ReadonlySet<string>,
): Promise<{ key: string; resources: number }> {
  await store.createIfAbsent(key, writeIdSet(ids), 'must-exist');
  return { key, resources: ids.size };
}

/** Such an export has what it would have without any choice. */
function ofPatientsOnly({ message }: Error): Notice {
  const diagnostics = `only Provenance with one of the patients as target is exported, and not that of their other resources: ${message}`;
  return { kind: 'unread-input', diagnostics };
}

function withoutId(count: number): readonly Notice[] {
  const diagnostics = `Provenance is chosen by id, and was left out where it has none that is valid: ${count}`;
  return count === 0 ? [] : [{ kind: 'skipped-line', diagnostics, count }];
}
