import type { ExportFilter, Notice } from '@millrace/export';
import { faultsError } from '../errors/fault.js';
import type { Fault } from '../errors/fault.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import type { KickOffContext } from '../kick-off/order-export.js';
import type { Level, SubjectRun } from '../operations/operation.js';
import { chooseSource } from '../selection/choose-source.js';
import type { ChosenSource } from '../selection/choose-source.js';
import { checkBases, checkFilter } from '../selection/check-filter.js';
import type { ResourceLookup } from '../selection/resource-lookup.js';
import { checkLibraries } from '../subjects/check-libraries.js';
import { checkSubjects } from '../subjects/check-subjects.js';
import { resolveSubjects } from '../subjects/resolve-subjects.js';
import type { ResolvedSubject } from '../subjects/resolve-subjects.js';
import { subjectKindOf } from '../subjects/subject-kind.js';
import { chooseForm, noSuchForm } from './choose-form.js';
import type { RunForm } from './choose-form.js';
import { readRun } from './read-run.js';
import type { AskedRun } from './read-run.js';
import { runResources } from './run-resources.js';
import type { RunResources } from './run-resources.js';

/** A run that may begin: a view that compiles, and what it is evaluated over. */
export interface RunRequest {
  readonly operation: string;
  readonly view: Readonly<Record<string, unknown>>;
  readonly source: ChosenSource;
  readonly form: RunForm;
  readonly header: boolean;
  /** Rows; undefined for all of them. */
  readonly limit: number | undefined;
  readonly filter: ExportFilter | undefined;
  /** Undefined when the source is read. */
  readonly given: RunResources | undefined;
  /** Warnings about the view. */
  readonly notices: readonly Notice[];
}

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
  const resolved = await resolveSubjects(run, context.definitions, context.baseUrl);
  await context.takeRoom(resolved.stored);
  const form = chooseForm(run.format, run.accept);
  const target = {
    fhirVersion: source.fhirVersion,
    format: form?.format ?? run.format ?? 'ndjson',
    handling: run.handling,
  };
  const { kinds } = operation.subject;
  const checked = await checkSubjects(resolved.subjects, kinds, target, context.checkViews);
  const libraries = await checkLibraries(
    { subjects: resolved.subjects, context: run.context },
    resolved.byCanonical,
  );
  let faults: readonly Fault[] = [
    ...readFaults,
    ...(isSourceMissing ? [sourceFault] : []),
    ...(sourceFault === undefined ? await filterFaults(run, source, context.baseUrl) : []),
    ...resolved.faults,
    ...resourceFaults(run, resolved.subjects[0]),
    ...checked.faults,
    ...libraries.faults,
  ];
  if (faults.length === 0) faults = libraries.notRun;
  if (faults.length > 0) throw faultsError(faults, checked.unlisted);
  if (form === undefined) throw noSuchForm(run.format);
  const [subject] = checked.subjects;
  if (subject === undefined) throw new Error('the subject of a run was lost without a fault');
  const { view } = subject;
  return {
    operation: operation.id,
    view,
    source,
    form,
    header: run.header,
    limit: run.limit,
    filter: run.filter,
    given: run.resources === undefined ? undefined : runResources(run.resources, view['resource']),
    notices: checked.notices,
  };
}

/** The patients and groups are looked up by the run itself, on a thread. */
const NOT_LOOKED_UP: ResourceLookup = { missing: async () => undefined };

async function filterFaults(
  { filter, absolute }: AskedRun,
  source: ChosenSource,
  baseUrl: string,
): Promise<readonly Fault[]> {
  if (filter === undefined) return [];
  return [...checkBases(absolute, source, baseUrl), ...(await checkFilter(filter, source, NOT_LOOKED_UP))];
}

function resourceFaults({ resources }: AskedRun, subject: ResolvedSubject | undefined): readonly Fault[] {
  if (resources === undefined || subject === undefined) return [];
  const kind = subjectKindOf(subject.resource);
  if (kind === undefined || kind === 'ViewDefinition') return [];
  const diagnostics = `resource is for a ViewDefinition; the subject is an ${kind}`;
  return [{ status: 400, code: 'invalid', diagnostics, expression: 'resource' }];
}
