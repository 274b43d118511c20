import * as z from 'zod';

/**
 * The reason for a notice. The set is closed, so that it can be a label of a metric and a code on the wire.
 *
 * - `view`: a view says something that cannot be meant, and the request accepted it.
 * - `unread-input`: files that look like data and that no view reads.
 * - `repeated-input`: an input that was named more than once and is read once.
 * - `other-type`: resources in an input that are not of the type that is read from it.
 * - `skipped-line`: lines that are not resources and were passed over.
 * - `unreadable-date`: resources whose dates cannot be read and decide a filter; they passed it.
 * - `missing-member`: members of a group who are in no input.
 * - `mismatch`: values that do not fit their column and became null, as the request wished.
 * - `no-rows`: a table is empty.
 */
export const NOTICE_KINDS = [
  'view',
  'unread-input',
  'repeated-input',
  'other-type',
  'skipped-line',
  'unreadable-date',
  'missing-member',
  'mismatch',
  'no-rows',
] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/**
 * Something that the reader of a result should know although the export completed: data that was skipped,
 * ignored, replaced or not read. It has names of files, types and elements, and never a value of a resource.
 */
export const noticeSchema = z.object({
  kind: z.enum(NOTICE_KINDS),
  diagnostics: z.string(),
  /** Element of the request that it is about: `subject[0].subjectResource.select[1].column[0].path`. */
  expression: z.string().optional(),
  /** How many files, resources or lines; absent where nothing is counted. */
  count: z.int().min(0).optional(),
});
export type Notice = z.infer<typeof noticeSchema>;
