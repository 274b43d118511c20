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
    ['!active', 'write .not() after an expression to negate it'],
    ['birthDate is not null', 'write .not() after an expression to negate it'],
    ["name.family like 'A%'", 'compare text with startsWith(), endsWith(), contains() or matches()'],
    [
      'CAST(birthDate AS date)',
      'the type of a column goes into "type"; in a path use toString(), toInteger() and the like',
    ],
    ["case when active then 'y' end", 'write a choice as iif(condition, value, otherwise)'],
    ['$.name', 'a path begins at the resource, without $'],
    ['name.0.family', 'write an item of a list as [0]'],
    ['text.div', 'div is a keyword of FHIRPath; write an element of that name as `div`'],
    [
      'birthDate.year() > 2000',
      'there is no function year(); take a part of a date with toString() and substring()',
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
