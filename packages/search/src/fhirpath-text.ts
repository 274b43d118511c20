/** A string of FHIRPath. https://hl7.org/fhirpath/N1/#string */
export function literal(text: string): string {
  const escaped = text.replace(/[\\'\p{Cc}]/gu, (character) => {
    const known = ESCAPES[character];
    return known ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `'${escaped}'`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
};

/** `and` binds more closely than `or`, so that conditions joined by it need no brackets. */
export function allOf(conditions: readonly string[]): string {
  return conditions.join(' and ');
}
