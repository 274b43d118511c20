import type { ExportFilter, Notice } from '@millrace/export';
import type { Handling } from '@millrace/viewdef';
import { faultsError } from '../errors/fault.js';
import type { Fault } from '../errors/fault.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import type { KickOffContext } from '../kick-off/order-export.js';
import type { Level, SubjectRun } from '../operations/operation.js';
import { chooseSource } from '../selection/choose-source.js';
import type { ChosenSource } from '../selection/choose-source.js';
import { checkBases, checkFilter, typesOfFilter } from '../selection/check-filter.js';
import type { ResourceLookup } from '../selection/resource-lookup.js';
import { checkArtefacts } from '../subjects/check-artefacts.js';
import type { AcceptedSubject, CheckedArtefacts } from '../subjects/check-artefacts.js';
import { READS_NOTHING } from '../selection/read-access.js';
import type { ResolvedSubject } from '../subjects/resolve-subjects.js';
import { subjectKindOf } from '../subjects/subject-kind.js';
import { chooseForm, noSuchForm } from './choose-form.js';
import type { RunForm } from './choose-form.js';
import { readRun } from './read-run.js';
import type { AskedRun } from './read-run.js';
import { runResources } from './run-resources.js';
import type { RunResources } from './run-resources.js';

interface CommonRun {
  readonly operation: string;
  /** The parameter that gave the subject, such as `subjectResource`; undefined where the URL did. */
  readonly subjectAt: string | undefined;
  readonly source: ChosenSource;
  readonly form: RunForm;
  readonly header: boolean;
  /** Rows; undefined for all of them. */
  readonly limit: number | undefined;
  readonly filter: ExportFilter | undefined;
  /** Warnings about the view, or about those that SQL selects from. */
  readonly notices: readonly Notice[];
}

/** A run of a view that compiles, and what it is evaluated over. */
export interface ViewRun extends CommonRun {
  readonly kind: 'view';
  readonly view: Readonly<Record<string, unknown>>;
  /** Undefined when the source is read. */
  readonly given: RunResources | undefined;
}

/** A run of SQL that was analysed, over a source. */
export interface SqlRun extends CommonRun {
  readonly kind: 'sql';
  readonly subject: Extract<AcceptedSubject, { kind: 'sql' }>;
  /** What it selects from. */
  readonly relations: CheckedArtefacts['sql'];
  readonly handling: Handling;
}

/** A run that may begin. */
export type RunRequest = ViewRun | SqlRun;

/**
 * From a request to a run, or to one error with everything that is wrong with the request.
 *
 * @throws ProtocolError; what the resolver rejects with passes through.
 */
export async function orderRun(
  operation: SubjectRun,
  level: Level,
  request: KickOffRequest,
  context: KickOffContext,
): Promise<RunRequest> {
  const { run, faults: readFaults } = readRun(operation, level, request);
  if (run === undefined) throw faultsError(readFaults);
  const { source, fault: sourceFault } = chooseSource(run.source, context);
  // With resources in the request no source is read; it still says of which FHIR version they are.
  const readsSource = run.resources === undefined || run.filter?.groups !== undefined;
  const isSourceMissing = sourceFault !== undefined && readsSource;
  const form = chooseForm(run.format, run.accept);
  const target = {
    fhirVersion: source.fhirVersion,
    format: form?.format ?? run.format ?? 'ndjson',
    handling: run.handling,
  };
  const access = readsSource ? context.access : READS_NOTHING;
  const checks = { ...context, access };
  // The patients of resources that came with the request are not looked up.
  access.require(typesOfFilter(run.resources === undefined ? run.filter : { groups: run.filter?.groups }));
  const artefacts = await checkArtefacts(run, target, checks, readFaults.length === 0);
  const [subject] = artefacts.accepted;
  const isSql = subject?.kind === 'sql';
  const requestFaults: readonly Fault[] = [
    ...readFaults,
    ...(isSourceMissing ? [sourceFault] : []),
    ...(sourceFault === undefined && readsSource && !isSql ? versionFaults(source) : []),
    ...resourceFaults(run, artefacts.resolved[0]),
    ...artefacts.faults,
  ];
  // The patients and groups of the run of a view that begins are looked up by the run itself, on a thread.
  const begins = requestFaults.length === 0 && artefacts.notRun.length === 0 && !isSql;
  const resources = begins ? NOT_LOOKED_UP : context.resources;
  const ofFilter =
    sourceFault === undefined ? await filterFaults(run, source, context.baseUrl, resources) : [];
  const found = [...requestFaults, ...ofFilter];
  if (found.length > 0) throw faultsError(found, artefacts.unlisted);
  if (form === undefined) throw noSuchForm(run.format);
  if (artefacts.notRun.length > 0) throw faultsError(artefacts.notRun);
  const common: CommonRun = {
    operation: operation.id,
    subjectAt: artefacts.resolved[0]?.form.expression,
    source,
    form,
    header: run.header,
    limit: run.limit,
    filter: run.filter,
    notices: artefacts.notices,
  };
  switch (subject?.kind) {
    case 'view': {
      const { view } = subject;
      const given = run.resources === undefined ? undefined : runResources(run.resources, view['resource']);
      return { ...common, kind: 'view', view, given };
    }
    case 'sql':
      return { ...common, kind: 'sql', subject, relations: artefacts.sql, handling: run.handling };
    case undefined:
      throw new Error('the subject of a run was lost without a fault');
    default:
      return subject satisfies never;
  }
}

/** The run of a view has no stage that would find the older versions. */
function versionFaults({ name, versions }: ChosenSource): readonly Fault[] {
  if (versions !== true) return [];
  const diagnostics = `source ${JSON.stringify(name)} may hold several versions of a resource, and a run does not choose the latest; export the view instead`;
  return [{ status: 400, code: 'not-supported', diagnostics, expression: 'source' }];
}

const NOT_LOOKED_UP: ResourceLookup = { missing: async () => undefined };

async function filterFaults(
  { filter, absolute, resources: given }: AskedRun,
  source: ChosenSource,
  baseUrl: string,
  resources: ResourceLookup,
): Promise<readonly Fault[]> {
  if (filter === undefined) return [];
  const lookup: ResourceLookup = {
    // Resources that came with the request may be of patients whom the source does not have.
    missing: async (name, type, ids) =>
      given !== undefined && type === 'Patient' ? [] : resources.missing(name, type, ids),
  };
  return [...checkBases(absolute, source, baseUrl), ...(await checkFilter(filter, source, lookup))];
}

function resourceFaults({ resources }: AskedRun, subject: ResolvedSubject | undefined): readonly Fault[] {
  if (resources === undefined || subject === undefined) return [];
  const kind = subjectKindOf(subject.resource);
  if (kind === undefined || kind === 'ViewDefinition') return [];
  const diagnostics = `resource is for a ViewDefinition; the subject is an ${kind}`;
  return [{ status: 400, code: 'invalid', diagnostics, expression: 'resource' }];
}
