import { describe, expect, test } from '@jest/globals';
import { handlingOf, readPreferences } from './preferences.js';

describe('a Prefer header', () => {
  test.each([
    [undefined, []],
    ['', []],
    ['respond-async', [['respond-async', '']]],
    ['Respond-Async; wait=5', [['respond-async', '']]],
    [
      'respond-async, handling=lenient',
      [
        ['respond-async', ''],
        ['handling', 'lenient'],
      ],
    ],
    ['handling="lenient"', [['handling', 'lenient']]],
    [
      'note="a, b; \\"c\\"" , wait = 10',
      [
        ['note', 'a, b; "c"'],
        ['wait', '10'],
      ],
    ],
    ['handling=lenient, handling=strict', [['handling', 'lenient']]],
    ['handling=lenient, "broken', [['handling', 'lenient']]],
  ])('%s says %j', (header, preferences) => {
    expect([...readPreferences(header)]).toEqual(preferences);
  });

  test.each([
    ['handling=lenient', 'lenient'],
    ['respond-async,HANDLING = Lenient', 'lenient'],
    ['handling=strict', 'strict'],
    ['handling=strict, handling=lenient', 'strict'],
    ['handling=leniently', 'strict'],
    ['handling', 'strict'],
    [undefined, 'strict'],
  ])('%s is handled %s', (header, handling) => {
    expect(handlingOf(readPreferences(header))).toBe(handling);
  });

  test('of any length is read in time that grows with it', () => {
    expect([...readPreferences(`${'a=b;c '.repeat(20_000)}`)]).toEqual([['a', 'b']]);
    expect([...readPreferences(`${'a '.repeat(50_000)}`)]).toEqual([]);
  });
});
