import type { Notice } from '@millrace/export';
import { UNDERSTOOD_FILES } from '@millrace/storage';
import type { NamedFiles, SourceSurvey } from '@millrace/storage';

/** Notices about the files of a source that an export does not read, or that it was given more than once. */
export function surveyNotices({ unread, repeated }: SourceSurvey): readonly Notice[] {
  const notices: Notice[] = [];
  if (unread.count > 0) {
    notices.push({
      kind: 'unread-input',
      count: unread.count,
      diagnostics: `${unreadText(unread)}. ${UNDERSTOOD_FILES}`,
    });
  }
  if (repeated.count > 0) {
    notices.push({
      kind: 'repeated-input',
      count: repeated.count,
      diagnostics: `read once although there are other names of the same files: ${namesText(repeated)}`,
    });
  }
  return notices;
}

/** Nothing is there for a view to read, and files are there that nobody reads. */
export class InputsNotUnderstoodError extends Error {
  override readonly name = 'InputsNotUnderstoodError';
  readonly resourceTypes: readonly string[];

  constructor(resourceTypes: readonly string[], unread: NamedFiles) {
    super(`no input is one of ${resourceTypes.join(', ')}, and ${unreadText(unread)}. ${UNDERSTOOD_FILES}`);
    this.resourceTypes = resourceTypes;
  }
}

function unreadText(unread: NamedFiles): string {
  const [files, are] = unread.count === 1 ? ['file', 'is'] : ['files', 'are'];
  return `${unread.count} ${files} that may hold data ${are} not read: ${namesText(unread)}`;
}

function namesText({ names, count }: NamedFiles): string {
  const more = count - names.length;
  return names.join(', ') + (more > 0 ? ` and ${more} more` : '');
}
