import type { PlannedExport } from '../schedule/plan-round.js';
import { RESOURCES_UNTIL } from '../oracle/expected-rows.js';
import { oracleQuery } from '../oracle/queries.js';
import type { OracleQuery } from '../oracle/queries.js';
import { oracleView, urlOf } from '../oracle/views.js';
import type { Sighting } from '../invariants/round-seen.js';
import { object, objects, text } from '../oracle/json.js';

/** One API instance, as a client without patience sees it. `undefined` is no usable answer: ask again. */
export interface ApiClient {
  readonly name: string;
  /** Id of the export that was accepted. */
  kickOff(planned: PlannedExport): Promise<string | undefined>;
  sight(id: string): Promise<Sighting | undefined>;
  /** True when the DELETE was answered with 202, false for 404. That of an export of resources removes it in any state. */
  cancel(id: string): Promise<boolean | undefined>;
  /** `gone` is its 404. */
  file(id: string, name: string): Promise<Buffer | 'gone' | undefined>;
}

export interface ResultFile {
  readonly output: string;
  readonly name: string;
}

const TIMEOUT_MS = 5_000;
/** A server says that it cannot answer just then. */
const UNAVAILABLE = 503;

/**
 * @param onOdd told of every answer that no fault explains
 * @param bulkIds the exports of resources, which all clients of a run know
 */
export function createApiClient(
  name: string,
  baseUrl: string,
  onOdd: (answer: string) => void,
  bulkIds: Set<string>,
): ApiClient {
  async function ask(path: string, init: RequestInit = {}): Promise<Response | undefined> {
    try {
      return await fetch(baseUrl + path, {
        ...init,
        redirect: 'manual',
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
    } catch {
      // Killed, frozen or not yet listening.
      return undefined;
    }
  }
  async function bodyOf(response: Response): Promise<Buffer | undefined> {
    return response.arrayBuffer().then(
      (body) => Buffer.from(body),
      () => undefined,
    );
  }
  async function odd(what: string, response: Response): Promise<undefined> {
    const body = await bodyOf(response);
    if (response.status === UNAVAILABLE) return undefined;
    const said = object(objects(object(parsed(body)).issue)[0]).diagnostics;
    onOdd(`${what} on ${name}: ${response.status} ${text(said) ?? ''}`);
    return undefined;
  }

  async function resultOf(id: string): Promise<Sighting | undefined> {
    const response = await ask(`/export/${id}/result`);
    return response === undefined ? undefined : endOf(id, response);
  }

  /** How an export ended, as an answer tells that has its result. */
  async function endOf(id: string, response: Response): Promise<Sighting | undefined> {
    const isOutcome = response.status === 200 || response.headers.has('expires');
    if (!isOutcome) return odd(`result of ${id}`, response);
    const body = await bodyOf(response);
    if (body === undefined) return undefined;
    const state = response.status === 200 ? 'completed' : 'failed';
    return { from: name, state, result: body.toString('utf8') };
  }

  function askForViews(planned: PlannedExport): Promise<Response | undefined> {
    return ask('/$sql-export', {
      method: 'POST',
      headers: { 'Content-Type': 'application/fhir+json', Prefer: 'respond-async' },
      body: JSON.stringify(kickOffBody(planned)),
    });
  }

  function askForResources({ outputs, source }: PlannedExport): Promise<Response | undefined> {
    const query = new URLSearchParams({ _type: outputs.join(','), _until: RESOURCES_UNTIL, source });
    const headers = { Accept: 'application/fhir+json', Prefer: 'respond-async' };
    return ask(`/$export?${query.toString()}`, { headers });
  }

  async function sightBulk(id: string): Promise<Sighting | undefined> {
    const response = await ask(`/export/${id}/bulk-status`);
    if (response === undefined) return undefined;
    const { status } = response;
    if (status === 202 || status === 404 || status === 429) {
      await bodyOf(response);
      return status === 429
        ? undefined
        : { from: name, state: status === 404 ? 'gone' : 'running', result: '' };
    }
    return endOf(id, response);
  }

  return {
    name,
    async kickOff(planned) {
      const isBulk = planned.operation === 'bulk';
      const response = await (isBulk ? askForResources(planned) : askForViews(planned));
      if (response === undefined) return undefined;
      if (response.status !== 202) return odd('kick-off', response);
      await bodyOf(response);
      const id = /\/export\/([^/]+)\/(?:bulk-)?status$/.exec(
        response.headers.get('content-location') ?? '',
      )?.[1];
      if (id !== undefined && isBulk) bulkIds.add(id);
      return id;
    },
    async sight(id) {
      if (bulkIds.has(id)) return sightBulk(id);
      const response = await ask(`/export/${id}/status`);
      if (response === undefined) return undefined;
      // The rounds poll more often than a client that minds Retry-After.
      if (response.status === 429) return void (await bodyOf(response));
      if (response.status !== 202 && response.status !== 303 && response.status !== 404) {
        return odd(`status of ${id}`, response);
      }
      await bodyOf(response);
      if (response.status === 303) return resultOf(id);
      return { from: name, state: response.status === 404 ? 'gone' : 'running', result: '' };
    },
    async cancel(id) {
      const status = bulkIds.has(id) ? 'bulk-status' : 'status';
      const response = await ask(`/export/${id}/${status}`, { method: 'DELETE' });
      if (response === undefined) return undefined;
      if (response.status !== 202 && response.status !== 404) return odd(`DELETE of ${id}`, response);
      await bodyOf(response);
      return response.status === 202;
    },
    async file(id, fileName) {
      const response = await ask(`/export/${id}/files/${encodeURIComponent(fileName)}`);
      if (response === undefined) return undefined;
      if (response.status === 404) {
        await bodyOf(response);
        return 'gone';
      }
      return response.status === 200 ? bodyOf(response) : odd(`file ${fileName} of ${id}`, response);
    },
  };
}

/** Files of a result, in its order. */
export function filesOf(result: string): ResultFile[] {
  const { output } = object(JSON.parse(result));
  if (output !== undefined) {
    return objects(output).map(({ type, url }) => ({ output: text(type) ?? '', name: fileNameIn(url) }));
  }
  const parameters = objects(object(JSON.parse(result)).parameter);
  return parameters
    .filter(({ name }) => name === 'output')
    .flatMap(({ part }) => {
      const parts = objects(part);
      const output = text(parts.find(({ name }) => name === 'name')?.valueString) ?? '';
      return parts
        .filter(({ name }) => name === 'location')
        .map(({ valueUri }) => ({
          output,
          name: fileNameIn(valueUri),
        }));
    });
}

function fileNameIn(url: unknown): string {
  return decodeURIComponent(text(url)?.split('/').at(-1) ?? '');
}

function kickOffBody({ outputs, format, source }: PlannedExport): unknown {
  const queries = outputs.flatMap((name) => oracleQuery(name) ?? []);
  const needed = new Set(queries.flatMap(({ over }) => over));
  return {
    resourceType: 'Parameters',
    parameter: [
      ...outputs.map((name) => ({
        name: 'subject',
        part: [{ name: 'subjectResource', resource: artefactOf(name) }],
      })),
      ...[...needed].map((view) => ({ name: 'context', resource: oracleView(view).definition })),
      { name: '_format', valueCode: format },
      { name: 'source', valueString: source },
    ],
  };
}

function artefactOf(name: string): object {
  const query = oracleQuery(name);
  return query === undefined ? oracleView(name).definition : libraryOf(query);
}

function libraryOf({ name, sql, over }: OracleQuery): object {
  const system = 'http://hl7.org/fhir/uv/sql-on-fhir/CodeSystem/LibraryTypesCodes';
  return {
    resourceType: 'Library',
    name,
    status: 'active',
    type: { coding: [{ system, code: 'sql-query' }] },
    content: [{ contentType: 'application/sql', data: Buffer.from(sql).toString('base64') }],
    relatedArtifact: over.map((label) => ({ type: 'depends-on', resource: urlOf(label), label })),
  };
}

function parsed(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString('utf8') ?? '');
  } catch {
    return undefined;
  }
}
