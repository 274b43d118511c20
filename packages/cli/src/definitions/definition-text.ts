import { isJsonObject, jsonMembers } from '@millrace/fhir';

/** The elements of `meta` that a server writes. */
const OF_SERVER: ReadonlySet<string> = new Set(['versionId', 'lastUpdated']);

/**
 * The JSON of a resource without the version that a server has written into `meta`: as it was before it was stored. All
 * else stays as it is.
 */
export function withoutVersion(text: string): string {
  const members = jsonMembers(text);
  const meta = members.find(({ name }) => name === 'meta');
  if (meta === undefined) return text;
  const own = ownMeta(text);
  if (Object.keys(own).length > 0)
    return `${text.slice(0, meta.from)}${JSON.stringify(own)}${text.slice(meta.to)}`;
  // With the comma before it, or behind it where it is the first.
  const before = /,\s*"meta"\s*:\s*$/.exec(text.slice(0, meta.from));
  if (before !== null) return text.slice(0, before.index) + text.slice(meta.to);
  const first = text.slice(0, meta.from).replace(/"meta"\s*:\s*$/, '');
  return first + text.slice(meta.to).replace(/^\s*,\s*/, '');
}

function ownMeta(text: string): Readonly<Record<string, unknown>> {
  const meta = jsonMembers(text).find(({ name }) => name === 'meta');
  const value: unknown = meta === undefined ? {} : JSON.parse(text.slice(meta.from, meta.to));
  if (!isJsonObject(value)) return {};
  return Object.fromEntries(Object.entries(value).filter(([name]) => !OF_SERVER.has(name)));
}

/** Equal for texts that are equal but for spaces, `id` and what a server writes into `meta`. Numbers are equal as written. */
export function comparable(text: string): string {
  const elements = jsonMembers(text)
    .filter(({ name }) => name !== 'meta' && name !== 'id')
    .map(({ name, from, to }) => `${JSON.stringify(name)}:${withoutSpaces(text.slice(from, to))}`);
  const meta = ownMeta(text);
  const tags = Object.keys(meta).length === 0 ? '' : JSON.stringify(meta);
  return `${elements.join(',')} ${tags}`;
}

const TOKENS = /"[^"\\]*(?:\\.[^"\\]*)*"|[^\s"]+/g;

function withoutSpaces(text: string): string {
  return (text.match(TOKENS) ?? []).join('');
}

/** The JSON of a resource with an id, where it has none. */
export function withId(text: string, id: string): string {
  const members = jsonMembers(text);
  if (members.some(({ name }) => name === 'id')) return text;
  const type = members.find(({ name }) => name === 'resourceType');
  if (type === undefined) throw new Error('a resource has no type');
  return `${text.slice(0, type.to)},"id":${JSON.stringify(id)}${text.slice(type.to)}`;
}
