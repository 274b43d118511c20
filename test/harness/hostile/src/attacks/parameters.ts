import type { Attack } from './attack.js';
import { columnsOf, kickOff, parametersText, subjectOf, viewOf } from './kick-off.js';

const MOST_ENTRIES = 12_000;
const small = subjectOf(viewOf('ids', [columnsOf(1, () => 'id')]));

/** Parameters that are well-formed and make work. */
export function parameterAttacks(): readonly Attack[] {
  const attack = (name: string, answers: Attack['answers'], entries: readonly object[]): Attack => {
    const body = parametersText(entries);
    return { name, answers, send: (connection) => kickOff(connection, body) };
  };
  const many = (count: number, entry: (index: number) => object) =>
    Array.from({ length: count }, (_, at) => entry(at));
  return [
    attack(
      'as many unknown parameters as are read',
      [400],
      many(MOST_ENTRIES, (at) => ({ name: `p${at}`, valueString: 'x' })),
    ),
    attack(
      'as many faulty parts as are read',
      [400],
      [
        {
          name: 'subject',
          part: many(MOST_ENTRIES - 1, () => ({ name: 'subjectResource', valueCode: 'x' })),
        },
      ],
    ),
    attack(
      'more entries than are read',
      [400, 413],
      many(50_000, () => small),
    ),
    attack(
      'more subjects than one export takes',
      [400],
      many(201, () => small),
    ),
    attack(
      'references to 200 definitions that are not there',
      [400, 404, 422],
      many(200, (at) => ({
        name: 'subject',
        part: [{ name: 'subjectReference', valueReference: { reference: `ViewDefinition/none-${at}` } }],
      })),
    ),
    attack(
      'ten thousand patients who are not there',
      [400, 404, 422],
      [
        small,
        ...many(10_000, (at) => ({ name: 'patient', valueReference: { reference: `Patient/none-${at}` } })),
      ],
    ),
    attack(
      'a hundred groups that are not there',
      [400, 404, 422],
      [small, ...many(100, (at) => ({ name: 'group', valueReference: { reference: `Group/none-${at}` } }))],
    ),
    attack(
      'a tracking id of a megabyte',
      [400],
      [small, { name: 'clientTrackingId', valueString: 'x'.repeat(1 << 20) }],
    ),
    attack(
      'a time with a million digits',
      [400],
      [small, { name: '_since', valueInstant: `2026-01-01T00:00:00.${'1'.repeat(1e6)}Z` }],
    ),
  ];
}
