import type { Answer, Connection } from '../connection.js';

/** Posts a body to `$sql-export`. */
export function kickOff(
  connection: Connection,
  body: Buffer | string,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return connection.ask({
    method: 'POST',
    path: '/$sql-export',
    headers: { 'content-type': 'application/fhir+json', prefer: 'respond-async', ...headers },
    body,
  });
}

/** A body with these entries, and with views of no resource in the source: an export of them is over at once. */
export function parametersText(entries: readonly object[]): string {
  return JSON.stringify({ resourceType: 'Parameters', parameter: entries });
}

export function subjectOf(resource: object): object {
  return { name: 'subject', part: [{ name: 'subjectResource', resource }] };
}

/** A view with this `select`. */
export function viewOf(name: string, select: readonly object[]): Readonly<Record<string, unknown>> {
  return { resourceType: 'ViewDefinition', name, status: 'active', resource: 'Patient', select };
}

export function columnsOf(count: number, path: (index: number) => string): object {
  return { column: Array.from({ length: count }, (_, at) => ({ name: `c${at}`, path: path(at) })) };
}
