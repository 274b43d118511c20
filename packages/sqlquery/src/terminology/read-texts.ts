import type { ElementFault } from '@millrace/fhir';

/** Members of a JSON object. */
export type Members = Readonly<Record<string, unknown>>;

/**
 * The texts of these elements; null for an element that is absent or empty.
 *
 * @param at where the object is, such as `expansion.contains[0]`
 * @returns a fault for an element that is something else than text: another value in its place would be wrong
 */
export function readTexts<Name extends string>(
  members: Members,
  names: readonly Name[],
  at: string,
): Readonly<Record<Name, string | null>> | ElementFault {
  const texts: Partial<Record<Name, string | null>> = {};
  for (const name of names) {
    const value = members[name];
    if (value !== undefined && value !== null && typeof value !== 'string')
      return { expression: `${at}.${name}`, diagnostics: `is a ${typeof value}; expected text` };
    texts[name] = value === '' ? null : (value ?? null);
  }
  // The loop has set every name.
  return texts as Readonly<Record<Name, string | null>>;
}

export function isElementFault(read: object): read is ElementFault {
  return 'expression' in read && 'diagnostics' in read;
}
