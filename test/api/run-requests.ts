import { patientView } from './requests.js';

/** A Parameters body with the view of patients, or another one, and more parameters. */
export function runBody(more: readonly object[] = [], view: object = patientView): object {
  return {
    resourceType: 'Parameters',
    parameter: [{ name: 'subjectResource', resource: view }, ...more],
  };
}

export const formatCode = (format: string): object => ({ name: '_format', valueCode: format });
export const limitOf = (rows: number): object => ({ name: '_limit', valueInteger: rows });

export function postRun(
  url: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
  signal: AbortSignal | null = null,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/fhir+json', ...headers },
    body: JSON.stringify(body),
    signal,
  });
}
