import type { Attack } from './attack.js';
import { columnsOf, viewOf } from './kick-off.js';

const LARGE_TEXT = 'x'.repeat(900_000);

/** Definitions that are stored until there is no more room for them. */
export function definitionAttacks(): readonly Attack[] {
  const headers = { 'content-type': 'application/fhir+json' };
  const post = (view: (turn: number) => object): Attack['send'] => {
    return (connection, turn) =>
      connection.ask({ method: 'POST', path: '/ViewDefinition', headers, body: JSON.stringify(view(turn)) });
  };
  const ids = [columnsOf(1, () => 'id')];
  return [
    {
      name: 'a large definition to be stored',
      answers: [201, 422],
      send: post((turn) => ({ ...viewOf(`large_${turn}`, ids), description: LARGE_TEXT })),
    },
    {
      name: 'a definition with a faulty name and URL',
      answers: [400, 422],
      send: post((turn) => ({ ...viewOf(`bad ${turn}`, ids), url: { x: turn } })),
    },
    {
      name: 'a search for all definitions',
      answers: [200],
      send: (connection) => connection.ask({ method: 'GET', path: '/ViewDefinition' }),
    },
  ];
}
