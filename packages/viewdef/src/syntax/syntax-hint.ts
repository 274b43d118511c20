/** What text that is no FHIRPath most likely meant, by what other languages write so. In the order of the search. */
const SLIPS: readonly (readonly [slip: RegExp, hint: (found: RegExpExecArray) => string])[] = [
  [/"/, () => "text is written in single quotes, as in 'official'"],
  [/===?/, () => 'equality is written ='],
  [/<>|!==/, () => 'inequality is written !='],
  [/&&/, () => 'both is written and'],
  [/\|\|/, () => 'either is written or'],
  [/!(?![=~])/, () => 'the opposite of something is written with .not() behind it'],
  [/\bis\s+not\b/i, () => 'the opposite of something is written with .not() behind it'],
  [/\blike\b/i, () => 'text is compared by startsWith(), endsWith(), contains() or matches()'],
  [/\bcase\b|\bthen\b/i, () => 'a choice is written iif(condition, value, otherwise)'],
  [
    /\bcast\s*\(/i,
    () => 'a column has its type in "type"; in a path it is toString(), toInteger() and the like',
  ],
  [/\$\./, () => 'a path begins at the resource, without $'],
  [/[\p{L}_)\]]\.(\d+)/u, ([, index = '']) => `an item of a list is written [${index}]`],
  [
    /\.(and|or|xor|implies|div|mod|(?:year|month|week|day|hour|minute|second|millisecond)s?)\b(\s*\()?/,
    ([, name = '', bracket]) =>
      bracket === undefined
        ? `${name} is a word of FHIRPath itself; an element of that name is written \`${name}\``
        : `there is no function ${name}(); a part of a date is taken by toString() and substring()`,
  ],
  [/^\s*select\s|\bfrom\s/i, () => 'a path is FHIRPath, not SQL'],
];

/** The end of a message about text that does not parse: `; text is written in single quotes, ...`, or nothing. */
export function syntaxHint(text: string): string {
  const code = text.replace(/'(?:[^'\\]|\\[^])*(?:'|$)|`(?:[^`\\]|\\[^])*(?:`|$)/g, "''");
  for (const [slip, hint] of SLIPS) {
    const found = slip.exec(code);
    if (found !== null) return `; ${hint(found)}`;
  }
  return '';
}
