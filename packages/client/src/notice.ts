import { told, type Parameter } from './parameters.js';

/**
 * A remark of the server on an export that it accepted or completed: it doubts a view, skipped a line or left a file
 * unread.
 */
export interface ExportNotice {
  readonly kind: string;
  readonly diagnostics: string;
  /** Element of the request that it is about. */
  readonly expression: string | undefined;
  /** How many files, resources or lines. */
  readonly count: number | undefined;
}

/** The parameters `notice` of an answer. Other servers do not send them. */
export function readNotices(parameters: readonly Parameter[]): readonly ExportNotice[] {
  return parameters
    .filter(({ name }) => name === 'notice')
    .map(({ part = [] }) => ({
      kind: told(part, 'notice.kind') ?? 'unknown',
      diagnostics: told(part, 'notice.diagnostics') ?? '',
      expression: told(part, 'notice.expression'),
      count: told(part, 'notice.count'),
    }));
}
