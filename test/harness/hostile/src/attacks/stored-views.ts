import type { Connection } from '../connection.js';
import type { Attack } from './attack.js';
import { columnsOf, kickOff, parametersText, viewOf } from './kick-off.js';
import { volley } from './volley.js';

interface StoredView {
  readonly id: string;
  readonly description: string;
}

function storedView(id: string, length: number): StoredView {
  return { ...viewOf('stored', [columnsOf(200, () => 'id')]), id, description: 'x'.repeat(length) };
}

/** A request may name stored views of two million characters: one such view twice. */
const large = storedView('hostile-large', 980_000);
const small = storedView('hostile-small', 3_000);

/** Small requests that name large stored views. Each accepted one stores a copy of the views. */
export function storedViewAttacks(): readonly Attack[] {
  const kickOffs = (name: string, view: StoredView, times: number): Attack => {
    const reference = { reference: `ViewDefinition/${view.id}` };
    const named = Array.from({ length: times }, (_, at) => ({
      name: 'subject',
      part: [
        { name: 'name', valueString: `v${at}` },
        { name: 'subjectReference', valueReference: reference },
      ],
    }));
    const body = parametersText(named);
    return {
      ...volley(name, [202], (client) => kickOff(client, body)),
      prepare: (connection) => store(connection, view),
    };
  };
  const reads = (name: string, path: string): Attack => ({
    ...volley(name, [200], (client) => client.ask({ method: 'GET', path })),
    prepare: (connection) => store(connection, large),
  });
  return [
    kickOffs('sixty kick-offs at once that name a large stored view twice', large, 2),
    kickOffs('sixty kick-offs at once that name a stored view 200 times', small, 200),
    reads('sixty requests at once for a large definition', `/ViewDefinition/${large.id}`),
    reads('sixty searches at once for all definitions', '/ViewDefinition'),
  ];
}

async function store(connection: Connection, view: StoredView): Promise<void> {
  await connection.ask({
    method: 'PUT',
    path: `/ViewDefinition/${view.id}`,
    headers: { 'content-type': 'application/fhir+json' },
    body: JSON.stringify(view),
  });
}
