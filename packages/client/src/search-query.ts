/** A value of a search parameter: a text as FHIR writes it, or several of which one must match. */
export type SearchQuery = Readonly<Record<string, string | readonly string[]>>;

/** A search as the query of a URL, without its question mark. */
export function queryText(query: SearchQuery): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    parameters.append(name, typeof value === 'string' ? value : value.map(escapeComma).join(','));
  return parameters.toString();
}

function escapeComma(value: string): string {
  return value.replaceAll(/[\\,]/g, String.raw`\$&`);
}
