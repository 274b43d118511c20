/** One parameter of a search: `code:not=a,b` */
export interface Criterion {
  /** As it was written, before the first equals sign. */
  readonly written: string;
  readonly name: string;
  /** Behind the first colon; undefined without one. */
  readonly modifier: string | undefined;
  /** Alternatives, with their escapes. */
  readonly values: readonly string[];
}

export interface Search {
  readonly resourceType: string;
  readonly criteria: readonly Criterion[];
}

/**
 * Reads `Type?name=value&name:modifier=value,value`. Values are decoded as in a URL, but a plus sign stays one: in an instant it
 * is one more often than a space that somebody wrote so.
 *
 * @returns undefined when the text has another form
 * @see https://hl7.org/fhir/R4/search.html#escaping
 */
export function readSearch(text: string): Search | undefined {
  const [, resourceType, query] = /^\/?([A-Z][A-Za-z]*)\?(.*)$/s.exec(text) ?? [];
  if (resourceType === undefined || query === undefined) return undefined;
  const criteria: Criterion[] = [];
  for (const part of query.split('&')) {
    if (part === '') continue;
    const equals = part.indexOf('=');
    const written = decode(equals < 0 ? part : part.slice(0, equals));
    const value = equals < 0 ? '' : decode(part.slice(equals + 1));
    if (written === undefined || value === undefined) return undefined;
    const colon = written.indexOf(':');
    criteria.push({
      written,
      name: colon < 0 ? written : written.slice(0, colon),
      modifier: colon < 0 ? undefined : written.slice(colon + 1),
      values: splitAt(',', value),
    });
  }
  return { resourceType, criteria };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Parts between a separator, except where a backslash stands before it. The escapes stay. */
export function splitAt(separator: ',' | '|', text: string): readonly string[] {
  const parts: string[] = [];
  let from = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\') at += 1;
    else if (text[at] === separator) {
      parts.push(text.slice(from, at));
      from = at + 1;
    }
  }
  parts.push(text.slice(from));
  return parts;
}

/** The text that a value stands for. */
export function unescaped(text: string): string {
  return text.replace(/\\([,|$\\])/g, '$1');
}
