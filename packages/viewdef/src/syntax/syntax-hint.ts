/** Hints about text that is not FHIRPath but valid in other languages. In the order of the search. */
const SLIPS: readonly (readonly [slip: RegExp, hint: (found: RegExpExecArray) => string])[] = [
  [/"/, () => "text is written in single quotes, as in 'official'"],
  [/===?/, () => 'equality is written ='],
  [/<>|!==/, () => 'inequality is written !='],
  [/&&/, () => 'both is written and'],
  [/\|\|/, () => 'either is written or'],
  [/!(?![=~])/, () => 'write .not() after an expression to negate it'],
  [/\bis\s+not\b/i, () => 'write .not() after an expression to negate it'],
  [/\blike\b/i, () => 'compare text with startsWith(), endsWith(), contains() or matches()'],
  [/\bcase\b|\bthen\b/i, () => 'write a choice as iif(condition, value, otherwise)'],
  [
    /\bcast\s*\(/i,
    () => 'the type of a column goes into "type"; in a path use toString(), toInteger() and the like',
  ],
  [/\$\./, () => 'a path begins at the resource, without $'],
  [/[\p{L}_)\]]\.(\d+)/u, ([, index = '']) => `write an item of a list as [${index}]`],
  [
    /\.(and|or|xor|implies|div|mod|(?:year|month|week|day|hour|minute|second|millisecond)s?)\b(\s*\()?/,
    ([, name = '', bracket]) =>
      bracket === undefined
        ? `${name} is a keyword of FHIRPath; write an element of that name as \`${name}\``
        : `there is no function ${name}(); take a part of a date with toString() and substring()`,
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
