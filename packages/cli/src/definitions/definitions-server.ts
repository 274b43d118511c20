import { isJsonObject, jsonItems, jsonMembers } from '@millrace/fhir';
import type { StoredType } from '@millrace/protocol';
import { CommandFailedError, reasonOf } from '../errors.js';

/** A server of definitions. */
export interface DefinitionsServer {
  /** FHIR base URL. */
  readonly url: string;
  /** Sent with every request. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** A definition that a server has. */
export interface ServedDefinition {
  readonly id: string;
  readonly versionTag: string;
  readonly url: string | undefined;
  readonly version: string | undefined;
  /** Its JSON, as the server has sent it. */
  readonly text: string;
}

/** The server does not take a definition. */
export class DefinitionNotTakenError extends Error {
  override readonly name = 'DefinitionNotTakenError';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

const PAGE = 100;

/** The latest version of a definition; undefined where there is none. @throws CommandFailedError */
export async function readDefinition(
  server: DefinitionsServer,
  type: StoredType,
  id: string,
): Promise<ServedDefinition | undefined> {
  const { response, text } = await ask(server, 'GET', `${type}/${encodeURIComponent(id)}`);
  if (response.status === 404 || response.status === 410) return undefined;
  requireSuccess(server, response, text);
  return served(text);
}

/** All that a search finds, page after page. @throws CommandFailedError */
export async function* searchDefinitions(
  server: DefinitionsServer,
  type: StoredType,
  criteria: Readonly<Record<string, string>> = {},
): AsyncGenerator<ServedDefinition> {
  const query = new URLSearchParams({ ...criteria, _count: String(PAGE) });
  let cursor: string | undefined;
  for (;;) {
    if (cursor !== undefined) query.set('_cursor', cursor);
    const { response, text } = await ask(server, 'GET', `${type}?${query.toString()}`);
    requireSuccess(server, response, text);
    const members = jsonMembers(text);
    const entries = members.find(({ name }) => name === 'entry');
    for (const { from } of jsonItems(text, entries?.from ?? text.length)) {
      const resource = jsonMembers(text, from).find(({ name }) => name === 'resource');
      if (resource !== undefined) yield served(text.slice(resource.from, resource.to));
    }
    const links = members.find(({ name }) => name === 'link');
    const next = nextCursor(links === undefined ? [] : JSON.parse(text.slice(links.from, links.to)));
    // Only its cursor is taken: a server behind a proxy may name itself by another address.
    if (next === undefined || next === cursor) return;
    cursor = next;
  }
}

function nextCursor(links: unknown): string | undefined {
  const list: readonly unknown[] = Array.isArray(links) ? links : [];
  const next = list.find((link) => isJsonObject(link) && link['relation'] === 'next');
  const url = isJsonObject(next) ? next['url'] : undefined;
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  return new URL(url).searchParams.get('_cursor') ?? undefined;
}

/**
 * Stores a definition under an id, or, without one, under that of the server, unless one with its `url` and `version` was stored meanwhile.
 *
 * @param known the version that it replaces; nothing is stored where another one is the latest
 * @returns the id, and whether it was created
 * @throws DefinitionNotTakenError when the server refuses it; CommandFailedError
 */
export async function storeDefinition(
  server: DefinitionsServer,
  definition: { readonly type: StoredType; readonly id: string | undefined; readonly text: string },
  terms: {
    readonly known: ServedDefinition | undefined;
    /** For a definition without id. */
    readonly condition: string;
    readonly lenient: boolean;
  },
): Promise<{ readonly id: string; readonly isCreated: boolean }> {
  const { type, id, text } = definition;
  const headers = {
    'Content-Type': 'application/fhir+json',
    Prefer: `return=representation, handling=${terms.lenient ? 'lenient' : 'strict'}`,
    ...(terms.known === undefined ? {} : { 'If-Match': terms.known.versionTag }),
    ...(id === undefined ? { 'If-None-Exist': terms.condition } : {}),
  };
  const path = id === undefined ? type : `${type}/${id}`;
  const answer = await ask(server, id === undefined ? 'POST' : 'PUT', path, headers, text);
  const { response } = answer;
  if (response.status >= 400 && response.status < 500 && response.status !== 401 && response.status !== 403)
    throw new DefinitionNotTakenError(response.status, issuesText(answer.text) || response.statusText);
  requireSuccess(server, response, answer.text);
  return { id: served(answer.text).id, isCreated: response.status === 201 };
}

async function ask(
  { url, headers, signal }: DefinitionsServer,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  more: Readonly<Record<string, string>> = {},
  body?: string,
): Promise<{ readonly response: Response; readonly text: string }> {
  try {
    const response = await fetch(`${url.replace(/\/+$/, '')}/${path}`, {
      method,
      headers: { Accept: 'application/fhir+json', ...headers, ...more },
      body: body ?? null,
      // A token is for this server only.
      redirect: 'error',
      signal: AbortSignal.any([signal]),
    });
    return { response, text: await response.text() };
  } catch (error) {
    signal.throwIfAborted();
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new CommandFailedError(`no FHIR server answers at ${url}: ${reasonOf(cause)}`, { cause: error });
  }
}

function requireSuccess({ url }: DefinitionsServer, response: Response, text: string): void {
  if (response.ok) return;
  const advice = response.status === 401 ? '. MILLRACE_TOKEN may have a bearer token' : '';
  throw new CommandFailedError(
    `${url} answered ${response.status}: ${issuesText(text) || response.statusText}${advice}`,
  );
}

function issuesText(text: string): string {
  const outcome = treeOf(text);
  const issues: readonly unknown[] =
    isJsonObject(outcome) && Array.isArray(outcome['issue']) ? outcome['issue'] : [];
  return issues.flatMap(issueText).join('; ').slice(0, 2_000);
}

function issueText(issue: unknown): readonly string[] {
  if (!isJsonObject(issue) || typeof issue['diagnostics'] !== 'string') return [];
  const { diagnostics, expression } = issue;
  const places: readonly unknown[] = Array.isArray(expression) ? expression : [];
  const [at] = places;
  // Some texts begin with their place.
  return [typeof at !== 'string' || diagnostics.startsWith(at) ? diagnostics : `${at}: ${diagnostics}`];
}

function treeOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function served(text: string): ServedDefinition {
  const tree = treeOf(text);
  const id = isJsonObject(tree) ? tree['id'] : undefined;
  const meta = isJsonObject(tree) ? tree['meta'] : undefined;
  const versionId = isJsonObject(meta) ? meta['versionId'] : undefined;
  // The id becomes part of the name of a file.
  if (!isJsonObject(tree) || typeof id !== 'string' || !/^[A-Za-z0-9\-.]{1,64}$/.test(id))
    throw new CommandFailedError('the server has sent a definition without an id of FHIR');
  const { url, version } = tree;
  return {
    id,
    versionTag: `W/"${typeof versionId === 'string' ? versionId : ''}"`,
    url: typeof url === 'string' ? url : undefined,
    version: typeof version === 'string' ? version : undefined,
    text,
  };
}
