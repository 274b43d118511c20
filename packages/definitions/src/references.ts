import { edited } from './resource-text.js';

/** Temporary URLs, as texts that are no names of properties. A text within a text has a backslash before its quote. */
const TEMPORARY = /"(urn:(?:uuid|oid):[^"\\#]+)(#[^"\\]*)?"(?!\s*:)/g;

/**
 * The JSON of a resource with the addresses that resources of the same transaction get in place of their temporary URLs:
 * https://hl7.org/fhir/R4/http.html#trules
 *
 * @param addresses `Type/id` by URL
 */
export function withReferences(text: string, addresses: ReadonlyMap<string, string>): string {
  if (addresses.size === 0) return text;
  const edits = [...text.matchAll(TEMPORARY)].flatMap(({ index, 0: all, 1: url = '', 2: fragment = '' }) => {
    const address = addresses.get(url);
    if (address === undefined) return [];
    return [{ from: index, to: index + all.length, text: JSON.stringify(`${address}${fragment}`) }];
  });
  return edited(text, edits);
}
