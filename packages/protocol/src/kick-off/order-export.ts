import type { ExportOrder } from '@millrace/export';
import { checkBases, checkFilter } from '../selection/check-filter.js';
import { checkLibraries } from '../subjects/check-libraries.js';
import { checkSubjects } from '../subjects/check-subjects.js';
import type { CheckViews } from '../subjects/check-view.js';
import { chooseSource, type SourceChoice } from '../selection/choose-source.js';
import type { DefinitionResolver } from '../subjects/definition-resolver.js';
import { faultsError } from '../errors/fault.js';
import type { KickOffRequest } from './kick-off-request.js';
import { readKickOff } from './kick-off.js';
import type { Level, SubjectExport } from '../operations/operation.js';
import { nameOutputs } from '../outputs/output-names.js';
import type { ResourceLookup } from '../selection/resource-lookup.js';
import { resolveSubjects } from '../subjects/resolve-subjects.js';

/** The sources, limits and checks for a request. */
export interface KickOffContext extends SourceChoice {
  /** Public FHIR base. */
  readonly baseUrl: string;
  readonly definitions: DefinitionResolver;
  readonly checkViews: CheckViews;
  readonly resources: ResourceLookup;
  /** Waits until there is room for copies of stored views with this many characters. @throws BusyError */
  readonly takeRoom: (characters: number) => Promise<void>;
}

/**
 * Turns a request into an order, or throws one error with every fault of the request.
 *
 * @throws ProtocolError; what the resolver rejects with passes through.
 */
export async function orderExport(
  operation: SubjectExport,
  level: Level,
  request: KickOffRequest,
  context: KickOffContext,
): Promise<ExportOrder> {
  const { kickOff, faults: readFaults } = readKickOff(operation, level, request);
  if (kickOff === undefined) throw faultsError(readFaults);
  const { source, fault: sourceFault } = chooseSource(kickOff.source, context);
  let faults = sourceFault === undefined ? readFaults : readFaults.concat(sourceFault);

  if (sourceFault === undefined && kickOff.filter !== undefined) {
    const foreign = checkBases(kickOff.absolute, source, context.baseUrl);
    faults = faults.concat(foreign, await checkFilter(kickOff.filter, source, context.resources));
  }

  const resolved = await resolveSubjects(kickOff, context.definitions, context.baseUrl);
  faults = faults.concat(resolved.faults);
  await context.takeRoom(resolved.stored);
  const { format, handling } = kickOff;
  const target = { fhirVersion: source.fhirVersion, format, handling };
  const { kinds } = operation.subject;
  const checked = await checkSubjects(resolved.subjects, kinds, target, context.checkViews);
  const libraries = await checkLibraries(
    { subjects: resolved.subjects, context: kickOff.context },
    resolved.byCanonical,
  );
  faults = faults.concat(checked.faults, libraries.faults);

  const named = nameOutputs(
    kickOff.subjects.map(({ expression, name }, index) => ({
      expression,
      supplied: name,
      own: nameOf(resolved.subjects[index]?.resource),
    })),
    operation.subject.parameter,
  );
  faults = faults.concat(named.faults);
  if (faults.length === 0) faults = libraries.notRun;
  if (faults.length > 0) throw faultsError(faults, checked.unlisted);

  return {
    operation: operation.id,
    ...(kickOff.clientTrackingId === undefined ? {} : { clientTrackingId: kickOff.clientTrackingId }),
    format,
    handling,
    ...(checked.notices.length === 0 ? {} : { notices: [...checked.notices] }),
    header: kickOff.header,
    source: source.name,
    ...(kickOff.filter === undefined ? {} : { filter: kickOff.filter }),
    fhirVersion: source.fhirVersion,
    baseUrls: [...source.baseUrls],
    subjects: checked.subjects.map((subject, index) => {
      const name = named.names[index];
      // Fewer outputs than subjects would be a wrong answer that looks right.
      if (subject === undefined || name === undefined)
        throw new Error(`subject ${index} was lost without a fault`);
      return { ...subject, name };
    }),
  };
}

function nameOf(resource: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof resource?.['name'] === 'string' ? resource['name'] : undefined;
}
