import type { ExportFilter } from '@millrace/export';
import type { ContextEntry } from '@millrace/sqlquery';
import type { Handling } from '@millrace/viewdef';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import { readCompression, type Compression } from '../outputs/compression.js';
import { readPartSize, type PartSize } from '../outputs/part-size.js';
import { readOnMismatch, type OnMismatch } from '../outputs/on-mismatch.js';
import { formatList, formatOf, isFhirFormat, type ExportFormat } from '../outputs/format.js';
import type { KickOffRequest } from './kick-off-request.js';
import type { Level, SubjectExport } from '../operations/operation.js';
import { readFilter, type AbsoluteReference } from '../selection/read-filter.js';
import { readParameters, type ReadParameter } from '../parameters/read-parameters.js';
import { givenParameters } from '../parameters/given-parameters.js';
import { bodyNeed } from '../parameters/request-body.js';
import { takenParameters, textOf, valueOf } from '../parameters/taken-parameters.js';
import { handlingOf } from '../http/preferences.js';
import { readTableFormat } from '../outputs/table-format.js';
import type { AskedTable, TableDestinations } from '../outputs/table-format.js';
import { methodOf, preferencesOf, requestFaults } from './request-headers.js';
import { boundValues, readSubject, type AskedSubject } from '../subjects/subject.js';

/** The parameters of a request that could be read; its subjects are not looked up yet. */
export interface KickOff {
  readonly operation: SubjectExport;
  readonly subjects: readonly AskedSubject[];
  /** Artefacts that SQL subjects may depend on. */
  readonly context: readonly ContextEntry[];
  readonly format: ExportFormat;
  readonly header: boolean;
  readonly compression: Compression | undefined;
  readonly onMismatch: OnMismatch | undefined;
  readonly partitionBy: string | undefined;
  readonly table: AskedTable | undefined;
  readonly partSize: PartSize | undefined;
  readonly clientTrackingId: string | undefined;
  /** Name of the source; undefined for the server's default. */
  readonly source: string | undefined;
  /** Which resources; undefined for all of them. */
  readonly filter: ExportFilter | undefined;
  /** References in the filter that name a base. */
  readonly absolute: readonly AbsoluteReference[];
  readonly handling: Handling;
}

/**
 * `kickOff` is undefined when nothing is to be looked up: the request is not an asynchronous invocation with a
 * Parameters body. Then there are faults.
 */
export interface ReadKickOff {
  readonly kickOff: KickOff | undefined;
  readonly faults: readonly Fault[];
}

/** More are refused, because all of them are compiled before the request is answered. */
export const MAX_SUBJECTS = 200;

/** Reads a kick-off request and collects everything that is wrong with it. Looks nothing up. */
export function readKickOff(
  operation: SubjectExport,
  level: Level,
  request: KickOffRequest,
  destinations?: TableDestinations,
): ReadKickOff {
  const outside = requestFaults(request, operation);
  const method = methodOf(request, operation.methods);
  if (method === undefined || outside.some((fault) => fault.status === 415)) {
    return { kickOff: undefined, faults: outside };
  }
  const { declared, refused } = takenParameters(operation, level);
  const given = givenParameters(method, request, bodyNeed(level), declared);
  if (given.parameters === undefined) return { kickOff: undefined, faults: [...outside, ...given.faults] };

  const read = readParameters(given.parameters, declared, refused);
  const subjects = readSubjects(operation, level, request, read.parameters);
  const format = readFormat(valueOf(read.parameters, '_format'));
  const compression = readCompression(valueOf(read.parameters, 'compression'), format.format);
  const mismatch = readOnMismatch(valueOf(read.parameters, 'onMismatch'));
  const table = readTableFormat(read.parameters, format.format, destinations);
  const size = readPartSize(read.parameters);
  const filter = readFilter(read.parameters);
  const trackingId = textOf(read.parameters, 'clientTrackingId');
  const faults = [
    ...outside,
    ...read.faults,
    ...subjects.faults,
    ...format.faults,
    ...compression.faults,
    ...mismatch.faults,
    ...table.faults,
    ...size.faults,
    ...filter.faults,
    ...trackingIdFaults(trackingId),
  ];
  if (outside.length > 0) return { kickOff: undefined, faults };

  const header = valueOf(read.parameters, 'header');
  return {
    kickOff: {
      operation,
      subjects: subjects.subjects,
      context: read.parameters.flatMap((parameter) => contextEntry(operation, parameter)),
      format: format.format,
      header: header?.type === 'boolean' ? header.value : true,
      compression: compression.compression,
      onMismatch: mismatch.onMismatch,
      partSize: size.partSize,
      partitionBy: textOf(read.parameters, 'partitionBy'),
      table: table.table,
      clientTrackingId: trackingId,
      source: textOf(read.parameters, 'source'),
      filter: filter.filter,
      absolute: filter.absolute,
      handling: handlingOf(preferencesOf(request)),
    },
    faults,
  };
}

/** Every answer about the export repeats it. */
const MAX_TRACKING_ID = 1000;

function trackingIdFaults(text: string | undefined): readonly Fault[] {
  if (text === undefined || text.length <= MAX_TRACKING_ID) return [];
  const diagnostics = `clientTrackingId has ${text.length} characters; expected at most ${MAX_TRACKING_ID}`;
  return [{ status: 400, code: 'too-long', diagnostics, expression: 'clientTrackingId' }];
}

function readSubjects(
  operation: SubjectExport,
  level: Level,
  request: KickOffRequest,
  parameters: readonly ReadParameter[],
): { subjects: readonly AskedSubject[]; faults: readonly Fault[] } {
  const { subject: naming } = operation;
  if (level === 'instance') {
    const reference = `${operation.resourceType}/${request.instanceId}`;
    const form = { kind: 'reference', expression: undefined, reference } as const;
    const values = boundValues(parameters.find((parameter) => parameter.name === naming.values));
    return { subjects: [{ expression: undefined, name: undefined, form, values }], faults: [] };
  }
  const given = parameters.filter((parameter) => parameter.name === naming.parameter);
  if (given.length === 0) {
    const diagnostics = `${operation.code} needs at least one ${naming.parameter}`;
    return {
      subjects: [],
      faults: [{ status: 400, code: 'required', diagnostics, expression: naming.parameter }],
    };
  }
  if (given.length > MAX_SUBJECTS) {
    const diagnostics = `${naming.parameter} is given ${given.length} times; one export takes at most ${MAX_SUBJECTS}`;
    return {
      subjects: [],
      faults: [{ status: 400, code: 'too-costly', diagnostics, expression: naming.parameter }],
    };
  }
  const read = given.map((parameter) => readSubject(naming, parameter));
  return { subjects: read.map(({ subject }) => subject), faults: read.flatMap(({ faults }) => faults) };
}

function contextEntry({ context }: SubjectExport, parameter: ReadParameter): ContextEntry[] {
  const { name, expression, value } = parameter;
  return context.includes(name) && value?.type === 'Resource' ? [{ expression, resource: value.value }] : [];
}

function readFormat(value: ReadParameter['value']): { format: ExportFormat; faults: readonly Fault[] } {
  if (value?.type !== 'code') return { format: 'ndjson', faults: [] };
  const format = formatOf(value.value);
  if (format !== undefined) return { format, faults: [] };
  const known = formatList();
  const isFhir = isFhirFormat(value.value);
  return {
    format: 'ndjson',
    faults: [
      {
        status: 400,
        code: isFhir ? 'invalid' : 'not-supported',
        diagnostics: isFhir
          ? `_format ${quote(value.value)} is for $sql-run; an export must be one of ${known}`
          : `_format ${quote(value.value)} is not supported; expected one of ${known}`,
        expression: '_format',
      },
    ],
  };
}
