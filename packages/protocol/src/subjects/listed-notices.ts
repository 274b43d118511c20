import type { Notice } from '@millrace/export';

/** No request or answer carries more. */
const MOST_NOTICES = 50;

/**
 * The notices of a request: as many as it carries, of which the last one says how many there are when there are more.
 *
 * @param unlisted how many there are beside these
 */
export function listedNotices(notices: readonly Notice[], unlisted: number): readonly Notice[] {
  const count = notices.length + unlisted;
  if (count <= MOST_NOTICES && unlisted === 0) return notices;
  const listed = notices.slice(0, MOST_NOTICES - 1);
  const diagnostics = `there are ${count} notices about views; the first ${listed.length} are listed`;
  return [...listed, { kind: 'view', diagnostics, count }];
}
