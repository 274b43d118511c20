/**
 * The kind of rule that a view breaks; the rules are in the specification's section on ViewDefinition. The
 * last three kinds are of views that could run: `element` is a name that the FHIR model does not know, `type`
 * asks for something that no value can be, `doubt` for something that only some values are.
 */
export type ViewIssueKind =
  | 'structure'
  | 'fhirpath'
  | 'columns'
  | 'constant'
  | 'moment'
  | 'iteration'
  | 'limit'
  | 'element'
  | 'type'
  | 'doubt';

/** One fault of a view, found before any data is read. */
export interface ViewIssue {
  readonly kind: ViewIssueKind;
  /** FHIRPath of the faulty element, such as `ViewDefinition.select[0].column[2].path`. */
  readonly expression: string;
  readonly diagnostics: string;
}

/** A view cannot be compiled. Carries every fault that was found, not only the first. */
export class ViewDefinitionError extends Error {
  override readonly name = 'ViewDefinitionError';
  readonly issues: readonly ViewIssue[];

  constructor(issues: readonly ViewIssue[]) {
    super(messageOf(issues));
    this.issues = issues;
  }
}

/** A message names no more faults, and counts the others. */
const MOST_NAMED = 50;

function messageOf(issues: readonly ViewIssue[]): string {
  const named = issues.slice(0, MOST_NAMED).map((issue) => `${issue.expression}: ${issue.diagnostics}`);
  const others = issues.length - named.length;
  return others === 0 ? named.join('; ') : `${named.join('; ')}; and ${String(others)} more`;
}

/** A resource breaks a rule that can only be checked against data, such as two values in a column. */
export class ViewEvaluationError extends Error {
  override readonly name = 'ViewEvaluationError';
  /** Name of the column; undefined when a `where` or an iteration failed. */
  readonly column: string | undefined;
  /** The FHIRPath expression that was evaluated. */
  readonly path: string;
  /** `Patient/123` when the resource says so. */
  readonly resource: string | undefined;

  constructor(
    facts: { column?: string | undefined; path: string; resource?: string | undefined },
    reason: string,
    options?: ErrorOptions,
  ) {
    const place =
      facts.column === undefined ? `"${facts.path}"` : `column "${facts.column}" ("${facts.path}")`;
    const source = facts.resource === undefined ? '' : ` of ${facts.resource}`;
    super(`${place}${source} ${reason}`, options);
    this.column = facts.column;
    this.path = facts.path;
    this.resource = facts.resource;
  }
}

/** Text that is not JSON. `offset` counts UTF-16 units from the start of the text. */
export class JsonSyntaxError extends Error {
  override readonly name = 'JsonSyntaxError';
  readonly offset: number;

  constructor(reason: string, offset: number, options?: ErrorOptions) {
    super(`Invalid JSON at offset ${String(offset)}: ${reason}`, options);
    this.offset = offset;
  }
}
