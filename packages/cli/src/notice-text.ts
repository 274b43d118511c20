import { harmlessName } from './terminal.js';

/** A notice as a server sends it, or as a run makes it. */
export interface ToldNotice {
  readonly diagnostics: string;
  readonly expression?: string | undefined;
}

/**
 * A notice as a line for people: one of a view says which one.
 *
 * @param names of the views, in the order of the request
 */
export function noticeText(
  { diagnostics, expression }: ToldNotice,
  names: readonly (string | undefined)[],
): string {
  const [, index, element] = /^subject\[(\d+)\](.*)$/.exec(expression ?? '') ?? [];
  const name = index === undefined ? undefined : names[Number(index)];
  if (name === undefined || diagnostics.includes(`view "${name}"`)) return harmlessName(diagnostics);
  // A notice about an element of a view begins with its path.
  return harmlessName(`view "${name}"${element === '' ? ':' : ','} ${diagnostics}`);
}
