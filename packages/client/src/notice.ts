import { first, type Parameter } from './parameters.js';

/** What a server says of an export that it accepted or completed: what is doubtful, was skipped or not read. */
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
      kind: first(part, 'kind')?.valueCode ?? 'unknown',
      diagnostics: first(part, 'diagnostics')?.valueString ?? '',
      expression: first(part, 'expression')?.valueString,
      count: first(part, 'count')?.valueDecimal,
    }));
}
