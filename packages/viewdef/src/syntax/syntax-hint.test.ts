import { describe, expect, test } from '@jest/globals';
import { parseFhirpath } from './parse-fhirpath.js';
import { syntaxHint } from './syntax-hint.js';

describe('text that is no FHIRPath is told how it would be', () => {
  test.each([
    ['gender = "male"', "text is written in single quotes, as in 'official'"],
    ["gender == 'male'", 'equality is written ='],
    ["gender <> 'male'", 'inequality is written !='],
    ["gender = 'male' && active", 'both is written and'],
    ["gender = 'male' || active", 'either is written or'],
    ['!active', 'the opposite of something is written with .not() behind it'],
    ['birthDate is not null', 'the opposite of something is written with .not() behind it'],
    ["name.family like 'A%'", 'text is compared by startsWith(), endsWith(), contains() or matches()'],
    [
      'CAST(birthDate AS date)',
      'a column has its type in "type"; in a path it is toString(), toInteger() and the like',
    ],
    ["case when active then 'y' end", 'a choice is written iif(condition, value, otherwise)'],
    ['$.name', 'a path begins at the resource, without $'],
    ['name.0.family', 'an item of a list is written [0]'],
    ['text.div', 'div is a word of FHIRPath itself; an element of that name is written `div`'],
    [
      'birthDate.year() > 2000',
      'there is no function year(); a part of a date is taken by toString() and substring()',
    ],
    ['select family from name', 'a path is FHIRPath, not SQL'],
  ])('%s', (path, hint) => {
    expect(() => parseFhirpath(path)).toThrow();
    expect(syntaxHint(path)).toBe(`; ${hint}`);
  });

  test.each(["name.where(use = 'a\"b == c')", "name.where(use = 'a", 'a.`year`(', 'value > 1.5)'])(
    'and %s gets no hint from what is text, a delimited name or a number',
    (path) => {
      expect(syntaxHint(path)).toBe('');
    },
  );
});
