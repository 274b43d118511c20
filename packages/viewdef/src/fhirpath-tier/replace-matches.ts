/** The substitutions of FHIRPath's regular expressions, beside the `$1` and `$$` that JavaScript has too. */
const marks = /\$\$|\$\{(\w+)\}|\$0(?!\d)/g;

/**
 * `replaceMatches()`: the substitution may have `${name}`, `${1}` and `$1` for what a group matched, `$0` for the whole, and
 * `$$` for a `$`. A name that no group has stays as it is written.
 *
 * @see https://build.fhir.org/ig/HL7/FHIRPath/#replacematchesregex--string-substitution-string-flags--string--string
 */
export function replaceMatches(text: string, regex: string, substitution: string): string {
  const names = Object.keys(new RegExp(`${regex}|`, 'u').exec('')?.groups ?? {});
  const native = substitution.replace(marks, (mark, group: string | undefined) => {
    if (mark === '$$') return mark;
    if (group === undefined || group === '0') return '$&';
    if (/^\d{1,2}$/.test(group)) return `$${group.padStart(2, '0')}`;
    return names.includes(group) ? `$<${group}>` : `$$${mark.slice(1)}`;
  });
  return text.replace(new RegExp(regex, 'gu'), native);
}
