/** A value of a search parameter: a text as FHIR writes it, or several of which one must match. */
export type SearchQuery = Readonly<Record<string, string | readonly string[]>>;

/**
 * A search as the query of a URL, without its question mark.
 *
 * @throws TypeError for a value that is no text: a search without it would find more
 */
export function queryText(query: SearchQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries<unknown>(query)) {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.filter((one) => typeof one === 'string');
    if (texts.length < values.length)
      throw new TypeError(`${name} of a search is ${String(value)}; expected a text, or a list of texts`);
    parameters.append(name, Array.isArray(value) ? texts.map(escapeComma).join(',') : texts.join(''));
  }
  return parameters.toString();
}

function escapeComma(value: string): string {
  return value.replaceAll(/[\\,]/g, String.raw`\$&`);
}
