import type { ExportOrder } from '@millrace/export';
import type { Canonical, Resource } from '@millrace/fhir';
import type { CheckViews } from '../subjects/check-view.js';
import type { DefinitionResolver } from '../subjects/definition-resolver.js';
import { ProtocolError } from '../errors/errors.js';
import type { KickOffRequest } from '../kick-off/kick-off-request.js';
import type { Level, SubjectExport, SubjectRun } from '../operations/operation.js';
import { READS_NOTHING } from '../selection/read-access.js';
import type { ResourceLookup } from '../selection/resource-lookup.js';
import { orderExport, type KickOffContext } from '../kick-off/order-export.js';
import { orderRun } from '../run/order-run.js';

/** A ViewDefinition that can be run. */
export function view(fields: Readonly<Record<string, unknown>> = {}): Resource {
  return {
    resourceType: 'ViewDefinition',
    status: 'active',
    resource: 'Patient',
    select: [{ column: [{ name: 'id', path: 'getResourceKey()' }] }],
    ...fields,
  };
}

/** The part of a subject that holds its view. */
export const inline = (fields?: Readonly<Record<string, unknown>>): unknown => ({
  name: 'subjectResource',
  resource: view(fields),
});

/** The part of a subject that refers to a stored view. */
export const reference = (text: unknown): unknown => ({
  name: 'subjectReference',
  valueReference: { reference: text },
});

/** The part of a subject that names its output. */
export const name = (text: unknown): unknown => ({ name: 'name', valueString: text });

/** The server of the examples stores these definitions. */
const STORED: ReadonlyMap<string, Resource> = new Map([
  [
    'bp',
    view({
      id: 'bp',
      url: 'http://x.org/bp',
      version: '2',
      name: 'blood_pressure',
      meta: { versionId: '7' },
    }),
  ],
  ['people', view({ id: 'people', url: 'http://x.org/people', name: 'people' })],
  ['nameless', view({ id: 'nameless', url: 'http://x.org/nameless' })],
  ['broken', view({ id: 'broken', url: 'http://x.org/broken', select: 'nothing' })],
  ['r5', view({ id: 'r5', fhirVersion: ['5.0.0'] })],
]);

export const BASE_URL = 'https://sof.example/fhir';

/** A resolver over `STORED` that remembers what it was asked. */
export function storedDefinitions(): DefinitionResolver & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    byReference: async ({ type, id, versionId }) => {
      asked.push(`${type}/${id}`);
      const stored = STORED.get(id);
      const meta: unknown = stored?.['meta'];
      const isOther = versionId !== undefined && JSON.stringify(meta) !== JSON.stringify({ versionId });
      return isOther ? undefined : stored;
    },
    byCanonical: async ({ url, version }: Canonical) => {
      asked.push(`${url}|${version ?? ''}`);
      return [...STORED.values()].find(
        (stored) => stored['url'] === url && (version === undefined || stored['version'] === version),
      );
    },
  };
}

/** Accepts every view whose `select` is a list. All have one column. */
const ID = { name: 'id', collection: false, sqlType: 'CHARACTER VARYING' };

const checkViews: CheckViews = async (candidates, { describesColumns }) =>
  candidates.map(({ select }) => {
    const faults = [{ expression: 'ViewDefinition.select', diagnostics: 'must be a list' }];
    const isGood = Array.isArray(select);
    return {
      faults: isGood ? [] : faults,
      total: isGood ? 0 : 1,
      warnings: [],
      warningsTotal: 0,
      ...(isGood && describesColumns ? { columns: [ID] } : {}),
    };
  });

/** The sources have `Patient/1` to `Patient/3` and `Group/1`; `large` is too large to be looked through. */
const storedResources: ResourceLookup = {
  missing: async (source, resourceType, ids) => {
    if (source === 'large') return undefined;
    const known = resourceType === 'Patient' ? ['1', '2', '3'] : ['1'];
    return ids.filter((id) => !known.includes(id));
  },
};

export function exampleContext(): KickOffContext {
  return {
    baseUrl: BASE_URL,
    definitions: storedDefinitions(),
    checkViews,
    resources: storedResources,
    takeRoom: async () => undefined,
    access: READS_NOTHING,
    defaultSource: 'main',
    sources: new Map([
      ['main', { fhirVersion: 'R4', baseUrls: ['https://ehr.example/fhir'] }],
      ['next', { fhirVersion: 'R5', baseUrls: [] }],
      ['large', { fhirVersion: 'R4', baseUrls: [] }],
    ]),
  };
}

/** A Parameters body. */
export function body(...parameter: readonly unknown[]): unknown {
  return { resourceType: 'Parameters', parameter };
}

/** One repetition of the subject parameter, from the parts that name and choose it. */
export function subject(...part: readonly unknown[]): unknown {
  return { name: 'subject', part };
}

export function legacyView(...part: readonly unknown[]): unknown {
  return { name: 'view', part };
}

/** A POST that asks for an asynchronous answer. */
export function post(content: unknown, more: Partial<KickOffRequest> = {}): KickOffRequest {
  return { method: 'POST', headers: { prefer: 'respond-async' }, body: content, ...more };
}

export async function order(
  operation: SubjectExport,
  level: Level,
  request: KickOffRequest,
  context: KickOffContext = exampleContext(),
): Promise<ExportOrder> {
  return orderExport(operation, level, request, context);
}

/** The refusal of a request as `status` and one `code expression` line per issue. */
export async function refusal(
  operation: SubjectExport | SubjectRun,
  level: Level,
  request: KickOffRequest,
  context: KickOffContext = exampleContext(),
): Promise<{ status: number; issues: readonly string[] }> {
  try {
    if (operation.result === 'run') await orderRun(operation, level, request, context);
    else await orderExport(operation, level, request, context);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return {
      status: error.status,
      issues: error.issues.map(({ code, expression = ['-'] }) => `${code} ${expression.join(',')}`),
    };
  }
  return { status: 202, issues: [] };
}
