import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { repeatedName } from './repeated-name.js';

describe('a property that an object has twice is found', () => {
  test.each([
    ['{"a":1,"a":2}', 'a', 1],
    ['{\n "where": [],\n "select": [{"column": [],\n "column": []}]\n}', 'column', 4],
    ['{"a":{"b":1},"a":2}', 'a', 1],
    ['[{"a":[{"x":"{\\"a\\":1"}],\n"a":2}]', 'a', 2],
    ['{"a":1,"\\u0061":2}', 'a', 1],
    ['{"":1,"":2}', '', 1],
  ])('%j', (text, name, line) => {
    expect(repeatedName(text)).toEqual({ name, line });
  });

  test('wherever it stands', () => {
    const names = fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 5 });
    const object = names.map((keys) => keys.map((key) => `${JSON.stringify(key)}:[{"x":"x"}]`));
    fc.assert(
      fc.property(
        object,
        fc.nat(),
        fc.constantFrom('{"z":$}', '[1,$]', '{"y":[{"x":$}]}'),
        (members, at, around) => {
          const again = members[at % members.length] ?? '';
          const text = around.replace('$', () => `{${[...members, again].join(',\n')}}`);
          const name = String(JSON.parse(again.slice(0, again.lastIndexOf(':['))));
          expect(repeatedName(text)).toEqual({ name, line: members.length + 1 });
        },
      ),
    );
  });
});

test('in text without a repeated name none is found', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), (value, indent) => {
      expect(repeatedName(JSON.stringify(value, null, indent))).toBeUndefined();
    }),
  );
});
