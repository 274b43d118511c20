import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { VIEWDEFINITION_EXPORT, SQL_EXPORT } from '../operations/operations.js';
import { askedPieces } from './asked-pieces.js';
import type { KickOffRequest } from './kick-off-request.js';

const request = (more: Partial<KickOffRequest> = {}): KickOffRequest => ({
  method: 'POST',
  headers: { prefer: 'respond-async' },
  query: {},
  body: { resourceType: 'Parameters', parameter: [{ name: 'a', valueString: 'x' }, { name: 'b' }] },
  ...more,
});
const asked = (more: Partial<KickOffRequest> = {}): string =>
  [...askedPieces(SQL_EXPORT, 'system', request(more))].join('');

/** The same tree with the properties of every object in the opposite order. */
function reversed(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(reversed);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .reverse()
      .map(([key, value]) => [key, reversed(value)]),
  );
}

describe('requests ask for the same', () => {
  test('whatever the order of properties', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (body) => {
        expect(asked({ body: reversed(body) })).toBe(asked({ body }));
      }),
    );
  });

  test.each<[string, Partial<KickOffRequest>]>([
    [
      'with other headers that say nothing of the export',
      { headers: { prefer: 'respond-async, return=minimal' } },
    ],
    ['with another form of the answer', { query: { _format: 'json', _pretty: 'true' } }],
  ])('%s', (_, more) => {
    expect(asked(more)).toBe(asked());
  });
});

describe('requests ask for different things', () => {
  test('when any value of their bodies differs', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.jsonValue({ maxDepth: 4 }), (body, other) => {
        const isSame = asked({ body }) === asked({ body: other });
        expect(isSame).toBe(
          JSON.stringify(reversed(sorted(body))) === JSON.stringify(reversed(sorted(other))),
        );
      }),
    );
  });

  test.each<[string, Partial<KickOffRequest>]>([
    ['other query parameters', { query: { patient: 'Patient/1' } }],
    ['another handling of faults', { headers: { prefer: 'respond-async, handling=lenient' } }],
    ['another instance', { instanceId: 'x' }],
    [
      'lists in another order',
      { body: { resourceType: 'Parameters', parameter: [{ name: 'b' }, { name: 'a', valueString: 'x' }] } },
    ],
  ])('with %s', (_, more) => {
    expect(asked(more)).not.toBe(asked());
  });

  test('of another operation or level', () => {
    const other = [...askedPieces(VIEWDEFINITION_EXPORT, 'system', request())].join('');
    const level = [...askedPieces(VIEWDEFINITION_EXPORT, 'type', request())].join('');
    expect(new Set([asked(), other, level]).size).toBe(3);
  });
});

test('a large request comes in pieces that are all its text', () => {
  const body = { list: Array.from({ length: 20_000 }, (_, at) => ({ at })) };
  const pieces = [...askedPieces(SQL_EXPORT, 'system', request({ body }))];
  expect(pieces.length).toBeGreaterThan(5);
  expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(20_000);
  expect(JSON.parse(pieces.join(''))).toMatchObject({ body });
});

function sorted(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(sorted);
  if (typeof tree !== 'object' || tree === null) return tree;
  return Object.fromEntries(
    Object.entries(tree)
      .sort(([one], [other]) => (one < other ? 1 : -1))
      .map(([key, value]) => [key, sorted(value)]),
  );
}
