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

/** A body with these entries. */
export function parametersText(entries: readonly object[]): string {
  return JSON.stringify({ resourceType: 'Parameters', parameter: entries });
}

export function subjectOf(resource: object): object {
  return { name: 'subject', part: [{ name: 'subjectResource', resource }] };
}

/**
 * A view with this `select`. The source has no `Practitioner`, so an accepted export of it is over at once:
 * hostile exports of real rows would write gigabytes in a minute.
 */
export function viewOf(
  name: string,
  select: readonly object[],
  resource = 'Practitioner',
): Readonly<Record<string, unknown>> {
  return { resourceType: 'ViewDefinition', name, status: 'active', resource, select };
}

export function columnsOf(count: number, path: (index: number) => string): object {
  return { column: Array.from({ length: count }, (_, at) => ({ name: `c${at}`, path: path(at) })) };
}
