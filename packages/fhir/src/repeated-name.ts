/** A property that an object of a JSON text has more than once. */
export interface RepeatedName {
  readonly name: string;
  /** Of its second occurrence, from 1. */
  readonly line: number;
}

const TOKENS = /"(?:[^"\\]|\\[^])*"|[{}[\],:\n]/g;

/**
 * The first property that is repeated within one object. `JSON.parse` keeps the last one and drops the others in silence;
 * in FHIR names are unique.
 *
 * @param text valid JSON
 * @see https://hl7.org/fhir/R4/json.html
 */
export function repeatedName(text: string): RepeatedName | undefined {
  /** Names of each open object; undefined for a list. */
  const open: (Set<string> | undefined)[] = [];
  let line = 1;
  let isName = false;
  for (const [token] of text.matchAll(TOKENS)) {
    switch (token) {
      case '\n':
        line += 1;
        continue;
      case '{':
        open.push(new Set());
        break;
      case '[':
        open.push(undefined);
        break;
      case '}':
      case ']':
        open.pop();
        break;
    }
    const names = open.at(-1);
    if (token.startsWith('"') && isName && names !== undefined) {
      const name = String(JSON.parse(token));
      if (names.has(name)) return { name, line };
      names.add(name);
    }
    isName = token === '{' || (token === ',' && names !== undefined);
  }
  return undefined;
}
