import { parseFhirJson } from '@millrace/fhir';
import type { PatientOptions } from './ask-patiently.js';
import { bodyOf } from './body-of.js';
import { UnexpectedAnswerError } from './errors.js';
import { exchange } from './exchange.js';
import type { Resource } from './resource.js';

/** A definition, or a Bundle of some. */
const MOST_CHARACTERS = 64_000_000;

/** Asks for FHIR JSON. */
export const FHIR = { headers: { accept: 'application/fhir+json' } };

interface Sent {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** @throws UnexpectedAnswerError for a status that has no resource */
export async function answeredText(
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

/** @throws UnexpectedAnswerError for another resource, or none */
export async function answeredResource(
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

/** @throws UnexpectedAnswerError */
export function jsonOf(text: string, url: string): unknown {
  try {
    return parseFhirJson(text);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const start = text.length > 80 ? `${text.slice(0, 80)}...` : text;
    throw new UnexpectedAnswerError(url, start === '' ? 'an empty body' : start, 'JSON of FHIR');
  }
}
