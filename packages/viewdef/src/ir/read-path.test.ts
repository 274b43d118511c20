import { expect, test } from '@jest/globals';
import { readPath } from './read-path.js';

const NAMES = { constants: new Map(), rowIndex: false } as never;

test.each(['a..b', 'a.', '.a', '(a', 'a and', "a = 'b", 'a[', '1 +', 'a b', '%', '@@'])(
  'the text %s is refused in words about it, and not about the parser',
  (text) => {
    const { syntax, faults } = readPath(text, NAMES);
    expect(syntax).toBeUndefined();
    for (const { diagnostics } of faults) {
      expect(diagnostics).toContain(`"${text}" is not FHIRPath: `);
      expect(diagnostics).not.toMatch(/undefined|null|Cannot read|not a function/);
    }
  },
);
