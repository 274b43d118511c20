import { fhirJsonText, parseFhirJson } from '@millrace/fhir';
import * as z from 'zod';
import { askPatiently, type PatientOptions } from './ask-patiently.js';
import { bodyOf } from './body-of.js';
import { UnexpectedAnswerError } from './errors.js';
import { exchange } from './exchange.js';
import type { Resource, ResourceOf } from './resource.js';

/** A resource with the id by which it is stored. */
export type Identified = Resource & { readonly id: string };

/** A value of a search parameter: a text as FHIR writes it, or several of which one must match. */
export type SearchQuery = Readonly<Record<string, string | readonly string[]>>;

export interface UpdateOptions extends PatientOptions {
  /** The version that is changed (`meta.versionId` of what was read): if there is another by then, the status is 412. */
  readonly ifMatch?: string | undefined;
}

/** A definition, or a Bundle of some. */
const MOST_CHARACTERS = 64_000_000;
const MOST_PAGES = 10_000;

/**
 * Stores a resource under an id that the server gives it. It is not sent again after the connection broke off, because a second
 * one would be stored.
 *
 * @returns the stored resource
 */
export async function createResource<Given extends Resource>(
  server: string,
  resource: Given,
  options: PatientOptions = {},
): Promise<Given & Identified> {
  const url = addressOf(server, resource.resourceType);
  const body = fhirJsonText(resource);
  const send = (): Promise<Resource> =>
    answeredResource('POST', url, options, { body }, resource.resourceType);
  // The server gives back what it was given.
  return (await askPatiently(send, options, 'unread')) as Given & Identified;
}

/** @throws ServerRefusedError, with 404 or 410 when there is none */
export async function readResource<Type extends string>(
  server: string,
  type: Type,
  id: string,
  options: PatientOptions = {},
): Promise<ResourceOf<Type> & Identified> {
  const url = addressOf(server, type, id);
  const ask = (): Promise<Resource> => answeredResource('GET', url, options, {}, type);
  // Its type was checked.
  return (await askPatiently(ask, options, 'any')) as unknown as ResourceOf<Type> & Identified;
}

/**
 * Stores a resource under its id, in place of what was there.
 *
 * @returns the stored resource
 */
export async function updateResource<Given extends Identified>(
  server: string,
  resource: Given,
  options: UpdateOptions = {},
): Promise<Given> {
  const { ifMatch } = options;
  const url = addressOf(server, resource.resourceType, resource.id);
  const request = {
    body: fhirJsonText(resource),
    headers: ifMatch === undefined ? {} : { 'if-match': `W/"${ifMatch}"` },
  };
  const send = (): Promise<Resource> => answeredResource('PUT', url, options, request, resource.resourceType);
  // A second request from the same version would be refused, although the first was done.
  return (await askPatiently(send, options, ifMatch === undefined ? 'any' : 'unread')) as Given;
}

/** Deletes a resource. That there is none is no failure where the server says so (204). */
export async function deleteResource(
  server: string,
  type: string,
  id: string,
  options: PatientOptions = {},
): Promise<void> {
  const url = addressOf(server, type, id);
  const response = await askPatiently(() => exchange('DELETE', url, options, FHIR), options, 'any');
  await response.body?.cancel();
}

const bundleSchema = z.looseObject({
  resourceType: z.literal('Bundle'),
  link: z.array(z.looseObject({ relation: z.string(), url: z.string() })).default([]),
  entry: z
    .array(
      z.looseObject({
        resource: z.looseObject({ resourceType: z.string() }).optional(),
        search: z.looseObject({ mode: z.string().optional() }).optional(),
      }),
    )
    .default([]),
});

/**
 * Finds resources of a type, page by page as they are read.
 *
 * @throws UnexpectedAnswerError, also when a next page is at another origin than the server
 */
export async function* searchResources<Type extends string>(
  server: string,
  type: Type,
  query: SearchQuery = {},
  options: PatientOptions = {},
): AsyncGenerator<ResourceOf<Type> & Identified> {
  const first = new URL(addressOf(server, type));
  for (const [name, value] of Object.entries(query)) {
    const text = typeof value === 'string' ? value : value.map(escapeComma).join(',');
    first.searchParams.append(name, text);
  }
  const seen = new Set<string>();
  for (let url: string | undefined = first.href; url !== undefined;) {
    if (seen.has(url) || seen.size === MOST_PAGES)
      throw new UnexpectedAnswerError(url, 'a page before it, or too many pages', 'a next page');
    seen.add(url);
    const at = url;
    const text = await askPatiently(() => answeredText('GET', at, options, {}), options, 'any');
    const bundle = readBundle(text, url);
    for (const { resource, search } of bundle.entry)
      // Others tell of the search, or come along.
      if (resource?.resourceType === type && (search?.mode ?? 'match') === 'match')
        yield resource as unknown as ResourceOf<Type> & Identified;
    url = nextPage(bundle, url);
  }
}

type Bundle = z.infer<typeof bundleSchema>;

function readBundle(text: string, url: string): Bundle {
  const read = bundleSchema.safeParse(jsonOf(text, url));
  if (read.success) return read.data;
  throw new UnexpectedAnswerError(url, `no Bundle (${z.prettifyError(read.error)})`, 'a Bundle');
}

/** A page elsewhere would not get the token, and is no answer of this server. */
function nextPage({ link }: Bundle, url: string): string | undefined {
  const given = link.find(({ relation }) => relation === 'next')?.url;
  if (given === undefined) return undefined;
  const next = URL.canParse(given, url) ? new URL(given, url) : undefined;
  const { origin } = new URL(url);
  if (next?.origin === origin) return next.href;
  throw new UnexpectedAnswerError(url, `a next page at ${JSON.stringify(given)}`, `one at ${origin}`);
}

function escapeComma(value: string): string {
  return value.replaceAll(/[\\,]/g, String.raw`\$&`);
}

const FHIR = { headers: { accept: 'application/fhir+json' } };

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function answeredText(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  options: PatientOptions,
  { headers, body }: Sent,
): Promise<string> {
  const response = await exchange(method, url, options, {
    headers: {
      ...FHIR.headers,
      ...(body === undefined
        ? {}
        : { 'content-type': 'application/fhir+json', prefer: 'return=representation' }),
      ...headers,
    },
    ...(body === undefined ? { redirect: 'follow' } : { body }),
  });
  const asked = { method, url, signal: options.signal };
  const text = await bodyOf(response, asked, MOST_CHARACTERS);
  if (response.status < 300) return text;
  throw new UnexpectedAnswerError(url, `status ${response.status}`, 'a resource');
}

async function answeredResource(
  method: 'GET' | 'POST' | 'PUT',
  url: string,
  options: PatientOptions,
  sent: Sent,
  type: string,
): Promise<Resource> {
  const json = jsonOf(await answeredText(method, url, options, sent), url);
  if (typeof json === 'object' && json !== null && 'resourceType' in json && json.resourceType === type)
    return json as Resource;
  throw new UnexpectedAnswerError(url, 'another resource, or none', `a ${type}`);
}

function jsonOf(text: string, url: string): unknown {
  try {
    return parseFhirJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const start = text.length > 80 ? `${text.slice(0, 80)}...` : text;
    throw new UnexpectedAnswerError(url, start === '' ? 'an empty body' : start, 'JSON of FHIR');
  }
}

/** @throws TypeError for a type or an id that FHIR does not have: it would be another address. */
function addressOf(server: string, type: string, id?: string): string {
  if (!/^[A-Z][A-Za-z]{0,63}$/.test(type))
    throw new TypeError(`${JSON.stringify(type)} is not a resource type, such as ViewDefinition`);
  const base = `${server.replace(/\/+$/, '')}/${type}`;
  if (id === undefined) return base;
  // https://hl7.org/fhir/R4/datatypes.html#id
  if (!/^[A-Za-z0-9.-]{1,64}$/.test(id) || /^\.\.?$/.test(id))
    throw new TypeError(
      `${JSON.stringify(id)} is not the id of a resource: 1 to 64 of A-Z, a-z, 0-9, - and .`,
    );
  return `${base}/${id}`;
}
