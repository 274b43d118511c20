import type { Handling } from '@millrace/viewdef';

/** The preferences of a request, by lower-case name; a preference without a value has the empty one. */
export type Preferences = ReadonlyMap<string, string>;

/** `name`, `name=value` or `name="value"`, parameters behind `;`, up to the next comma. */
const PREFERENCE =
  /\s*([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,;"]*)))?\s*(?:;[^,]*)?(?:,|$)/gy;

/**
 * The preferences of a `Prefer` header; if one is given twice, the first counts. Unreadable text ends the
 * list, because preferences are not obligations.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7240#section-2
 */
export function readPreferences(header: string | undefined): Preferences {
  const preferences = new Map<string, string>();
  for (const [, name = '', quoted, plain = ''] of (header ?? '').matchAll(PREFERENCE)) {
    const key = name.toLowerCase();
    if (!preferences.has(key)) preferences.set(key, quoted?.replace(/\\(.)/g, '$1') ?? plain);
  }
  return preferences;
}

/** How views that cannot be meant are taken: strictly unless the client asks otherwise. */
export function handlingOf(preferences: Preferences): Handling {
  return preferences.get('handling')?.toLowerCase() === 'lenient' ? 'lenient' : 'strict';
}

/** The bodies of an answer to a request that changes something. https://hl7.org/fhir/R4/http.html#ops */
export const RETURNS = ['minimal', 'representation', 'OperationOutcome'] as const;
export type Return = (typeof RETURNS)[number];

/** The body that the client prefers; undefined when it says nothing that there is. */
export function returnOf(preferences: Preferences): Return | undefined {
  const asked = preferences.get('return')?.toLowerCase();
  return RETURNS.find((one) => one.toLowerCase() === asked);
}

/**
 * The preferences of a kick-off that were followed, for `Preference-Applied`.
 *
 * @param bodies that the answer can have
 * @see https://www.rfc-editor.org/rfc/rfc7240#section-3
 */
export function appliedToKickOff(preferences: Preferences, bodies: readonly Return[] = RETURNS): string {
  const body = bodies.find((one) => one === returnOf(preferences));
  const handling = preferences.get('handling')?.toLowerCase();
  return [
    ...(preferences.has('respond-async') ? ['respond-async'] : []),
    ...(body === undefined ? [] : [`return=${body}`]),
    ...(handling === handlingOf(preferences) ? [`handling=${handling}`] : []),
  ].join(', ');
}
