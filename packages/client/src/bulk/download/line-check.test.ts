import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createLineCheck } from './line-check.js';

function check(...chunks: readonly (string | Buffer)[]) {
  const lines = createLineCheck();
  for (const chunk of chunks) lines.add(Buffer.from(chunk));
  return [lines.lines(), lines.fault()];
}

test.each([
  [['{"a":1}\n{}\n'], 2, undefined],
  [['{"a":1}\r\n \n\n  {} '], 2, undefined],
  [['\ufeff{}\n'], 1, undefined],
  [[''], 0, undefined],
  [['{}\n{"a":', '"x'], 2, 'has no JSON object in line 2'],
  [['<html>\n</html>\n'], 2, 'has no JSON object in line 1'],
  [['[{}]\n'], 1, 'has no JSON object in line 1'],
])('%j has %j lines and the fault %j', (chunks, lines, fault) => {
  expect(check(...chunks)).toEqual([lines, fault]);
});

test('the lines of a text do not depend on where it is cut', () => {
  const text = fc.array(fc.constantFrom('{', '}', 'a', ' ', '\r', '\n', '"'), { maxLength: 40 });
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (characters, cuts) => {
      const whole = Buffer.from(characters.join(''));
      const at = [0, ...cuts.map((cut) => Math.min(cut, whole.length)).sort((a, b) => a - b), whole.length];
      const pieces = at.slice(1).map((end, index) => whole.subarray(at[index], end));
      expect(check(...pieces)).toEqual(check(whole));
    }),
  );
});
