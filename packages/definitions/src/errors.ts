import { listedIssues, listedTexts, type Issue } from '@millrace/fhir';

/** The body is not a definition that can be stored. */
export class DefinitionRefusedError extends Error {
  override readonly name = 'DefinitionRefusedError';
  /** 400: not such a resource, or not under this address; 422: it cannot be evaluated. */
  readonly status: 400 | 422;
  /** As many as an answer lists. */
  readonly issues: readonly Issue[];

  /** @param total how many issues there are, where `issues` are the first of them only */
  constructor(status: 400 | 422, issues: readonly Issue[], total = issues.length) {
    const texts = issues.map(({ diagnostics }) => diagnostics);
    super(`definition refused: ${listedTexts(texts, total)}`);
    this.status = status;
    this.issues = listedIssues(issues, total);
  }
}

/** An update or deletion asked for a version that is not the latest one. */
export class VersionMismatchError extends Error {
  override readonly name = 'VersionMismatchError';
  readonly id: string;
  readonly expected: string;
  /** Undefined when there is no definition. */
  readonly found: string | undefined;

  constructor(id: string, expected: string, found: string | undefined) {
    super(`ViewDefinition/${id} is at version ${found ?? '(none)'}, but version ${expected} was expected`);
    this.id = id;
    this.expected = expected;
    this.found = found;
  }
}

/** Other writers took every version that this write tried; it may be repeated. */
export class DefinitionConflictError extends Error {
  override readonly name = 'DefinitionConflictError';
  readonly id: string;

  constructor(id: string) {
    super(`ViewDefinition/${id} is being changed by another request; repeat this one`);
    this.id = id;
  }
}
