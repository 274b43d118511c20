import Negotiator from 'negotiator';
import { FHIR_JSON } from './answer.js';
import { refuse } from '../errors/errors.js';
import type { ProtocolError } from '../errors/errors.js';

/** FHIR in JSON and the generic names of JSON: the content is the same. https://hl7.org/fhir/R4/http.html#mime-type */
export const REPRESENTATIONS = [FHIR_JSON, 'application/json', 'text/json'] as const;
export type Representation = (typeof REPRESENTATIONS)[number];

/** The resources in answers are written alike in these versions. https://hl7.org/fhir/R4/http.html#version-parameter */
const FHIR_VERSIONS = ['4.0', '4.3', '5.0'];

/**
 * Chooses how a FHIR answer is written: by the query parameter `_format`, else by the header `Accept`.
 * Neither chooses the format of exported files.
 *
 * @param accept the header; undefined when there was none
 * @param format the query parameter; a value that is not the name of a media type is not looked at
 * @returns undefined when `REPRESENTATIONS` has nothing that was asked for
 */
export function representationFor(accept: string | undefined, format?: unknown): Representation | undefined {
  const asked = typeof format === 'string' ? mediaTypeOf(format) : undefined;
  const wanted = asked ?? accept ?? '';
  if (wanted.trim() === '' || wanted === '*/*') return FHIR_JSON;
  const headers = { accept: withoutOurParameters(wanted) };
  const [best] = new Negotiator({ headers }).mediaTypes([...REPRESENTATIONS]);
  return REPRESENTATIONS.find((candidate) => candidate === best);
}

/**
 * Whether a query parameter chooses how the answer is written, and nothing else: generic FHIR clients add
 * these to every URL. A `_format` that does not name a media type is another parameter: it asks for something
 * else.
 */
export function choosesRepresentation(name: string, value: unknown): boolean {
  if (name === '_pretty') return true;
  return name === '_format' && typeof value === 'string' && mediaTypeOf(value) !== undefined;
}

/** 406 for a request that no answer can be written for. */
export function notAcceptable(): ProtocolError {
  return refuse(
    406,
    'not-supported',
    `FHIR answers are written as ${FHIR_JSON} only; Accept, or _format in the URL, must allow it. The parameter _format in the body chooses the format of exported files`,
  );
}

/** The media type that a `_format` in a URL names. A plus sign that is not escaped is a space there. */
export function mediaTypeOf(format: string): string | undefined {
  const name = format.trim().replaceAll(' ', '+').toLowerCase();
  return name === 'json'
    ? FHIR_JSON
    : name.includes('/')
      ? name
      : name === 'xml'
        ? 'application/fhir+xml'
        : undefined;
}

/** Parameters that every answer satisfies. With one that is left, a media type is another one than ours. */
export function withoutOurParameters(accept: string): string {
  return accept.replace(
    /;\s*(charset|fhirversion)\s*=\s*"?([\w.-]+)"?\s*(?=[;,]|$)/gi,
    (parameter, name: string, value: string) =>
      isOurs(name.toLowerCase(), value.toLowerCase()) ? '' : parameter,
  );
}

function isOurs(name: string, value: string): boolean {
  if (name === 'charset') return value === 'utf-8' || value === 'utf8';
  return FHIR_VERSIONS.some((version) => value === version || value.startsWith(`${version}.`));
}
