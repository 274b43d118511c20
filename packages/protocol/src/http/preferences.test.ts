import { describe, expect, test } from '@jest/globals';
import { appliedToKickOff, handlingOf, readPreferences, returnOf } from './preferences.js';

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

  test.each([
    ['return=minimal', 'minimal'],
    ['respond-async, Return="representation"', 'representation'],
    ['return=OperationOutcome', 'OperationOutcome'],
    ['return=operationoutcome', 'OperationOutcome'],
    ['return=minimal, return=representation', 'minimal'],
    ['return=everything', undefined],
    ['return', undefined],
    [undefined, undefined],
  ])('%s asks for the body %s', (header, body) => {
    expect(returnOf(readPreferences(header))).toBe(body);
  });

  test.each([
    ['respond-async', 'respond-async'],
    ['handling=lenient, respond-async, return=minimal', 'respond-async, return=minimal, handling=lenient'],
    ['respond-async, handling=STRICT', 'respond-async, handling=strict'],
    ['respond-async, handling=x, return=y, wait=10, foo', 'respond-async'],
  ])('%s is followed as far as %s', (header, applied) => {
    expect(appliedToKickOff(readPreferences(header))).toBe(applied);
  });

  test('of any length is read in time that grows with it', () => {
    expect([...readPreferences(`${'a=b;c '.repeat(20_000)}`)]).toEqual([['a', 'b']]);
    expect([...readPreferences(`${'a '.repeat(50_000)}`)]).toEqual([]);
  });
});
