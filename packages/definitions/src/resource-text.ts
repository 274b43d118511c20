import { isJsonObject, jsonMembers, parseFhirJson } from '@millrace/fhir';
import type { StoredContent, StoredResource } from './stored-version.js';

/**
 * The JSON of a resource with another `id` and with a version in `meta`. All else stays as it is written, character by
 * character.
 *
 * @param text of a resource, as it was given
 * @param version of which `meta` tells
 */
export function contentFor(
  text: string,
  version: { readonly id: string; readonly version: number; readonly lastUpdated: string },
): StoredContent {
  const { id, lastUpdated } = version;
  const members = jsonMembers(text);
  const find = (name: string) => members.findLast((member) => member.name === name);
  const meta = find('meta');
  const given: unknown = meta === undefined ? undefined : JSON.parse(text.slice(meta.from, meta.to));
  const tag = { ...(isJsonObject(given) ? given : {}), versionId: String(version.version), lastUpdated };
  const idText = JSON.stringify(id);
  const tagText = JSON.stringify(tag);
  const edits: { from: number; to: number; text: string }[] = [];
  const place = find('id');
  if (place !== undefined) edits.push({ from: place.from, to: place.to, text: idText });
  if (meta !== undefined) edits.push({ from: meta.from, to: meta.to, text: tagText });
  const added = `${place === undefined ? `,"id":${idText}` : ''}${meta === undefined ? `,"meta":${tagText}` : ''}`;
  const behind = (place ?? find('resourceType'))?.to;
  if (behind === undefined) throw new Error('a resource has no type');
  edits.push({ from: behind, to: behind, text: added });
  const written = edited(text, edits);
  return { json: Buffer.from(written), resource: parseFhirJson(written) as StoredResource };
}

/** The same text with other characters in some places. Places do not overlap. */
export function edited(
  text: string,
  edits: readonly { readonly from: number; readonly to: number; readonly text: string }[],
): string {
  const parts: string[] = [];
  let at = 0;
  for (const edit of edits.toSorted((one, other) => one.from - other.from)) {
    parts.push(text.slice(at, edit.from), edit.text);
    at = edit.to;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
