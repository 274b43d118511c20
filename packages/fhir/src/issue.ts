/** Codes of value set issue-type (https://hl7.org/fhir/valueset-issue-type.html) that exist in R4 and later. */
export const ISSUE_CODES = [
  'invalid',
  'structure',
  'required',
  'value',
  'invariant',
  'security',
  'login',
  'unknown',
  'expired',
  'forbidden',
  'suppressed',
  'processing',
  'not-supported',
  'duplicate',
  'multiple-matches',
  'not-found',
  'deleted',
  'too-long',
  'code-invalid',
  'extension',
  'too-costly',
  'business-rule',
  'conflict',
  'transient',
  'lock-error',
  'no-store',
  'exception',
  'timeout',
  'incomplete',
  'throttled',
  'informational',
] as const;
export type IssueCode = (typeof ISSUE_CODES)[number];

export function isIssueCode(code: string): code is IssueCode {
  return (ISSUE_CODES as readonly string[]).includes(code);
}

/** One issue of an OperationOutcome. */
export interface Issue {
  readonly severity: 'fatal' | 'error' | 'warning' | 'information';
  readonly code: IssueCode;
  readonly diagnostics: string;
  /** Where in the request the fault is, such as `subject[1].subjectReference`. Absent when it is not in the body. */
  readonly expression?: readonly string[];
}

/** https://hl7.org/fhir/operationoutcome.html */
export interface OperationOutcome {
  readonly resourceType: 'OperationOutcome';
  readonly issue: readonly Issue[];
}

export function operationOutcome(issues: readonly Issue[]): OperationOutcome {
  return { resourceType: 'OperationOutcome', issue: issues };
}

/** An answer lists no more: nobody reads them, and the answer must not grow with the request. */
const MOST_ISSUES = 50;

/**
 * The issues that an answer lists: all of them, or the first ones and then one that says how many there are.
 *
 * @param total how many there are, where `issues` are the first of them only
 */
export function listedIssues(issues: readonly Issue[], total = issues.length): readonly Issue[] {
  const first = issues.slice(0, total > MOST_ISSUES ? MOST_ISSUES - 1 : MOST_ISSUES).map(withShortText);
  if (total <= MOST_ISSUES) return first;
  const diagnostics = `there are ${total} issues; the first ${first.length} are listed`;
  return [...first, { severity: 'information', code: 'informational', diagnostics }];
}

function withShortText(issue: Issue): Issue {
  return { ...issue, diagnostics: shortened(issue.diagnostics) };
}

/** Texts of faults as one that fits a line of a log: the first ones, and how many others there are. */
export function listedTexts(texts: readonly string[], total = texts.length): string {
  const first = texts.slice(0, MOST_ISSUES).map(shortened);
  return `${first.join('; ')}${total > first.length ? `; and ${total - first.length} more` : ''}`;
}

/** Long enough for the longest path of a view; a longer text only repeats the request. */
const LONGEST_TEXT = 3000;

function shortened(text: string): string {
  return text.length > LONGEST_TEXT ? `${text.slice(0, LONGEST_TEXT)}…` : text;
}
