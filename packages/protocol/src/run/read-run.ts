import type { ExportFilter } from '@millrace/export';
import type { Resource } from '@millrace/fhir';
import type { ContextEntry } from '@millrace/sqlquery';
import type { Handling } from '@millrace/viewdef';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import { handlingOf } from '../http/preferences.js';
import { mediaTypeOf } from '../http/representation.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import { methodOf, preferencesOf, requestFaults } from '../kick-off/request-headers.js';
import type { Level, SubjectRun } from '../operations/operation.js';
import { FORMATS_OF, runFormatOf } from '../outputs/format.js';
import type { RunFormat } from '../outputs/format.js';
import { givenParameters } from '../parameters/given-parameters.js';
import { bodyNeed } from '../parameters/request-body.js';
import { readParameters } from '../parameters/read-parameters.js';
import type { ReadParameter } from '../parameters/read-parameters.js';
import { takenParameters, textOf, valueOf } from '../parameters/taken-parameters.js';
import { readFilter } from '../selection/read-filter.js';
import type { AbsoluteReference } from '../selection/read-filter.js';
import type { AskedSubject } from '../subjects/subject.js';
import { readOneSubject } from './one-subject.js';
import { bundleFaults } from './run-resources.js';

/** The parameters of a run that could be read; its subject is not looked up yet. */
export interface AskedRun {
  readonly operation: SubjectRun;
  /** One, or none where a fault says so. */
  readonly subjects: readonly AskedSubject[];
  /** Artefacts that SQL subjects may depend on. */
  readonly context: readonly ContextEntry[];
  /** Undefined when the request does not name one. */
  readonly format: RunFormat | undefined;
  readonly accept: string | undefined;
  readonly header: boolean;
  /** Rows; undefined for all of them. */
  readonly limit: number | undefined;
  /** Undefined when the source is read. */
  readonly resources: readonly Resource[] | undefined;
  /** Name of the source; undefined for the server's default. */
  readonly source: string | undefined;
  readonly filter: ExportFilter | undefined;
  /** References in the filter that name a base. */
  readonly absolute: readonly AbsoluteReference[];
  readonly handling: Handling;
}

/** `run` is undefined where the request has no parameters that could be read. Then there are faults. */
export interface ReadRun {
  readonly run: AskedRun | undefined;
  readonly faults: readonly Fault[];
}

/** Reads a request for rows and collects everything that is wrong with it. Looks nothing up. */
export function readRun(operation: SubjectRun, level: Level, request: KickOffRequest): ReadRun {
  const outside = requestFaults(request, operation);
  const method = methodOf(request, operation.methods);
  if (method === undefined || outside.some((fault) => fault.status === 415)) {
    return { run: undefined, faults: outside };
  }
  const { declared, refused } = takenParameters(operation, level);
  const given = givenParameters(method, request, bodyNeed(level), declared);
  if (given.parameters === undefined) return { run: undefined, faults: [...outside, ...given.faults] };
  const { parameters, faults: readFaults } = readParameters(given.parameters, declared, refused);
  const subject = readOneSubject(operation, level, request.instanceId, parameters);
  const format = readFormat(valueOf(parameters, '_format'));
  const filter = readFilter(parameters);
  const limit = readLimit(valueOf(parameters, '_limit'));
  const resources = parameters.filter(({ name }) => name === 'resource');
  const source = textOf(parameters, 'source');
  const header = valueOf(parameters, 'header');
  return {
    run: {
      operation,
      subjects: subject.subjects,
      context: parameters.flatMap((parameter) => contextEntry(operation, parameter)),
      format: format.format,
      accept: acceptOf(request),
      header: header?.type === 'boolean' ? header.value : true,
      limit: limit.limit,
      resources: resources.length === 0 ? undefined : resources.flatMap(resourceOf),
      source,
      filter: filter.filter,
      absolute: filter.absolute,
      handling: handlingOf(preferencesOf(request)),
    },
    faults: [
      ...outside,
      ...given.faults,
      ...readFaults,
      ...subject.faults,
      ...format.faults,
      ...filter.faults,
      ...limit.faults,
      ...bundleFaults(resources),
      ...(resources.length > 0 && source !== undefined ? [twoInputs()] : []),
    ],
  };
}

/** By POST, a `_format` in the URL stands for the header: generic FHIR clients put it there. */
function acceptOf({ method, headers, query }: KickOffRequest): string | undefined {
  const { accept } = headers;
  const inUrl = method === 'POST' ? query?.['_format'] : undefined;
  const asked = typeof inUrl === 'string' ? mediaTypeOf(inUrl) : undefined;
  return asked ?? (typeof accept === 'string' || accept === undefined ? accept : accept.join(', '));
}

function contextEntry({ context }: SubjectRun, parameter: ReadParameter): ContextEntry[] {
  const { name, expression, value } = parameter;
  return context.includes(name) && value?.type === 'Resource' ? [{ expression, resource: value.value }] : [];
}

function resourceOf({ value }: ReadParameter): Resource[] {
  return value?.type === 'Resource' ? [value.value] : [];
}

function readFormat(value: ReadParameter['value']): {
  format: RunFormat | undefined;
  faults: readonly Fault[];
} {
  if (value?.type !== 'code') return { format: undefined, faults: [] };
  const format = runFormatOf(value.value);
  if (format !== undefined) return { format, faults: [] };
  const diagnostics = `_format ${quote(value.value)} is not supported; expected one of ${FORMATS_OF.run}`;
  return {
    format: undefined,
    faults: [{ status: 400, code: 'not-supported', diagnostics, expression: '_format' }],
  };
}

function readLimit(value: ReadParameter['value']): { limit: number | undefined; faults: readonly Fault[] } {
  if (value?.type !== 'integer') return { limit: undefined, faults: [] };
  if (value.value >= 0) return { limit: value.value, faults: [] };
  const diagnostics = `_limit is ${value.value}; expected 0 or more`;
  return {
    limit: undefined,
    faults: [{ status: 400, code: 'invalid', diagnostics, expression: '_limit' }],
  };
}

function twoInputs(): Fault {
  const diagnostics = 'source names data of the server, and resource brings data along; expected one of them';
  return { status: 400, code: 'invalid', diagnostics, expression: 'source' };
}
