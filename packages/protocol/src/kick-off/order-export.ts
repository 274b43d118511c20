import type { ExportOrder } from '@millrace/export';
import { checkBases, checkFilter, typesOfFilter } from '../selection/check-filter.js';
import { checkArtefacts } from '../subjects/check-artefacts.js';
import type { ArtefactChecks } from '../subjects/check-artefacts.js';
import { chooseSource, type SourceChoice } from '../selection/choose-source.js';
import { quote } from '../errors/errors.js';
import { faultsError } from '../errors/fault.js';
import type { KickOffRequest } from './kick-off-request.js';
import { readKickOff } from './kick-off.js';
import type { Level, SubjectExport } from '../operations/operation.js';
import { mismatchFaults } from '../outputs/on-mismatch.js';
import { partSizeFaults } from '../outputs/part-size.js';
import { partitionFaults } from '../outputs/partition-by.js';
import { tableFaults } from '../outputs/table-format.js';
import type { TableColumn, TableDestinations } from '../outputs/table-format.js';
import { nameOutputs } from '../outputs/output-names.js';
import type { ResourceLookup } from '../selection/resource-lookup.js';

/** The sources, limits and checks for a request. */
export interface KickOffContext extends SourceChoice, ArtefactChecks {
  readonly resources: ResourceLookup;
  /** Where tables may be written. Absent: nowhere. */
  readonly tables?: TableDestinations;
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
  const { kickOff, faults: readFaults } = readKickOff(operation, level, request, context.tables);
  if (kickOff === undefined) throw faultsError(readFaults);
  const { source, fault: sourceFault } = chooseSource(kickOff.source, context);
  let faults = sourceFault === undefined ? readFaults : readFaults.concat(sourceFault);

  const { format, handling } = kickOff;
  const { partitionBy, table } = kickOff;
  const asked = { fhirVersion: source.fhirVersion, format, handling };
  const needsColumns = partitionBy !== undefined || table !== undefined;
  const target = needsColumns ? ({ ...asked, describesColumns: true } as const) : asked;
  // First: who may read nothing is not told which patients there are.
  context.access.require(typesOfFilter(kickOff.filter));
  const artefacts = await checkArtefacts(kickOff, target, context, faults.length === 0);
  if (sourceFault === undefined && kickOff.filter !== undefined) {
    const foreign = checkBases(kickOff.absolute, source, context.baseUrl);
    faults = faults.concat(foreign, await checkFilter(kickOff.filter, source, context.resources));
  }
  const hasSql = artefacts.accepted.some((subject) => subject?.kind === 'sql');
  const views = artefacts.columns.map((columns, at) => {
    return { title: titleOf(artefacts.resolved[at]?.resource), columns };
  });
  faults = faults.concat(
    artefacts.faults,
    mismatchFaults(kickOff.onMismatch, format, hasSql),
    partitionFaults(partitionBy, views, hasSql),
    partSizeFaults(kickOff.partSize, hasSql),
  );

  const named = nameOutputs(
    kickOff.subjects.map(({ expression, name }, index) => ({
      expression,
      supplied: name,
      own: nameOf(artefacts.resolved[index]?.resource),
    })),
    operation.subject.parameter,
  );
  const outputs = views.map((view, at) => {
    const subject = artefacts.accepted[at];
    return subject?.kind === 'sql' ? { title: view.title, columns: subject.columns.map(tableColumn) } : view;
  });
  faults = faults.concat(named.faults, tableFaults(table, outputs, named.names, context.tables));
  if (faults.length === 0) faults = artefacts.notRun;
  if (faults.length > 0) throw faultsError(faults, artefacts.unlisted);

  return {
    operation: operation.id,
    ...(kickOff.clientTrackingId === undefined ? {} : { clientTrackingId: kickOff.clientTrackingId }),
    format,
    handling,
    ...(artefacts.notices.length === 0 ? {} : { notices: [...artefacts.notices] }),
    header: kickOff.header,
    ...(kickOff.compression === undefined ? {} : { compression: kickOff.compression }),
    ...(kickOff.onMismatch === undefined ? {} : { onMismatch: kickOff.onMismatch }),
    ...(kickOff.partSize === undefined ? {} : { partSize: kickOff.partSize }),
    ...(partitionBy === undefined ? {} : { partitionBy }),
    ...(table === undefined ? {} : { table }),
    source: source.name,
    ...(kickOff.filter === undefined ? {} : { filter: kickOff.filter }),
    fhirVersion: source.fhirVersion,
    baseUrls: [...source.baseUrls],
    ...(source.versions === true ? { versions: true } : {}),
    subjects: artefacts.accepted.map((subject, index) => {
      const name = named.names[index];
      // Fewer outputs than subjects would be a wrong answer that looks right.
      if (subject === undefined || name === undefined)
        throw new Error(`subject ${index} was lost without a fault`);
      return { ...subject, name };
    }),
    ...artefacts.sql,
  };
}

function tableColumn({ name, type }: { readonly name: string; readonly type: string }): TableColumn {
  const collection = type.endsWith('[]');
  return { name, collection, sqlType: collection ? type.slice(0, -2) : type };
}

function titleOf(resource: Readonly<Record<string, unknown>> | undefined): string {
  return `the view ${quote(nameOf(resource) ?? '')}`;
}

function nameOf(resource: Readonly<Record<string, unknown>> | undefined): string | undefined {
  return typeof resource?.['name'] === 'string' ? resource['name'] : undefined;
}
