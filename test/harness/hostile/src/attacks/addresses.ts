import type { Attack } from './attack.js';
import type { HttpRequest } from '../connection.js';

const UNKNOWN = '0'.repeat(32);

/** Requests without a body. */
export function addressAttacks(): readonly Attack[] {
  const attack = (
    name: string,
    answers: Attack['answers'],
    path: string,
    headers: HttpRequest['headers'] = {},
  ): Attack => ({ name, answers, send: (connection) => connection.ask({ method: 'GET', path, headers }) });
  const query = (count: number, text: (at: number) => string): string =>
    Array.from({ length: count }, (_, at) => text(at)).join('&');
  return [
    attack(
      'a query of two thousand parameters',
      [400, 405],
      `/$sql-export?${query(2000, (at) => `p${at}=`)}`,
    ),
    attack(
      'a query of one name two thousand times',
      [400, 404],
      `/ViewDefinition?${query(2000, () => 'url=x')}`,
    ),
    attack('a line that is longer than is read', [431, 'cut'], `/metadata?${'x'.repeat(20_000)}`),
    attack('headers that are longer than is read', [431, 'cut'], '/metadata', {
      accept: 'a/b,'.repeat(5000),
    }),
    attack('as many media types as headers hold', [200, 406], '/metadata', {
      accept: 'a/b;q=0.1,'.repeat(1500),
    }),
    attack('as many preferences as headers hold', [400, 404, 405], '/$sql-export', {
      prefer: 'a=b,'.repeat(3500),
    }),
    attack('the id of an export that nobody has', [404], `/export/${UNKNOWN}/status`),
    attack('the result of an export that nobody has', [404], `/export/${UNKNOWN}/result`),
    attack('the way out of a folder', [400, 404], `/export/${UNKNOWN}/files/..%2f..%2f..%2fetc%2fpasswd`),
    attack('an address that cannot be decoded', [400, 404], '/ViewDefinition/%E0%A4%A'),
    attack('a long path', [404], `/ViewDefinition/${'a/'.repeat(6000)}`),
  ];
}
