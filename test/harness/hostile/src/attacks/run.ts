import type { Answer, Connection, HttpRequest } from '../connection.js';
import { parametersText, viewOf } from './kick-off.js';

/** A request for rows. */
export function runOf(
  parameters: readonly object[],
  headers: Readonly<Record<string, string>> = {},
): HttpRequest {
  return {
    method: 'POST',
    path: '/$sql-run',
    headers: { 'content-type': 'application/fhir+json', ...headers },
    body: parametersText(parameters),
  };
}

/** Posts a request for rows, and reads them all. */
export function run(
  connection: Connection,
  parameters: readonly object[],
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return connection.ask(runOf(parameters, headers));
}

export const subject = (view: object): object => ({ name: 'subjectResource', resource: view });
export const resource = (given: object): object => ({ name: 'resource', resource: given });
export const format = (code: string): object => ({ name: '_format', valueCode: code });
export const patient = (more: object = {}): object => ({ resourceType: 'Patient', id: 'x', ...more });

/** The id of each patient. */
export const ids = viewOf('ids', [{ column: [{ name: 'id', path: 'id', type: 'id' }] }], 'Patient');

/** A row for each pair of names: a resource of some kilobytes has millions of rows. */
export const pairs = viewOf(
  'pairs',
  ['a', 'b'].map((name) => ({ forEach: 'name', column: [{ name, path: 'family', type: 'string' }] })),
  'Patient',
);

export function named(count: number): object {
  return patient({ name: Array.from({ length: count }, () => ({ family: 'somebody' })) });
}

/** Many rows for each patient of the source: some megabytes in all. */
export const manyRows = viewOf(
  'many',
  [
    {
      unionAll: Array.from({ length: 100 }, () => ({
        column: Array.from({ length: 8 }, (_, at) => ({ name: `id${at}`, path: 'id', type: 'id' })),
      })),
    },
  ],
  'Patient',
);
