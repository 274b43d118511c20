import { listedIssues, listedTexts, type Issue } from '@millrace/fhir';

/** A request about definitions that cannot be carried out. */
export class DefinitionRefusedError extends Error {
  override readonly name = 'DefinitionRefusedError';
  /**
   * 400: not such a resource, or not under this address; 409: the id belongs to another definition; 412: a condition does not
   * hold; 422: it cannot be evaluated, or there is no room.
   */
  readonly status: 400 | 409 | 412 | 422;
  /** As many as an answer lists. */
  readonly issues: readonly Issue[];

  /** @param total how many issues there are, where `issues` are the first of them only */
  constructor(
    status: DefinitionRefusedError['status'],
    issues: readonly Issue[],
    total: number = issues.length,
  ) {
    const texts = issues.map(({ diagnostics }) => diagnostics);
    super(`definition refused: ${listedTexts(texts, total)}`);
    this.status = status;
    this.issues = listedIssues(issues, total);
  }
}

/** A refusal with one reason. */
export function refused(
  status: DefinitionRefusedError['status'],
  code: Issue['code'],
  diagnostics: string,
  expression?: string,
): DefinitionRefusedError {
  return new DefinitionRefusedError(status, [
    {
      severity: 'error',
      code,
      diagnostics,
      ...(expression === undefined ? {} : { expression: [expression] }),
    },
  ]);
}

/** An update or deletion asked for a version that is not the latest one. */
export class VersionMismatchError extends Error {
  override readonly name = 'VersionMismatchError';
  /** `Type/id`. */
  readonly address: string;
  readonly expected: string;
  /** Undefined when there is no definition. */
  readonly found: string | undefined;

  constructor(address: string, expected: string, found: string | undefined) {
    super(`${address} is at version ${found ?? '(none)'}, but version ${expected} was expected`);
    this.address = address;
    this.expected = expected;
    this.found = found;
  }
}

/** Other writers took every version that this write tried; it may be repeated. */
export class DefinitionConflictError extends Error {
  override readonly name = 'DefinitionConflictError';

  /** @param addresses `Type/id` of what was to be changed, or the first of them */
  constructor(addresses: readonly string[]) {
    super(`${addresses.slice(0, 3).join(', ')} is being changed by another request; repeat this one`);
  }
}

/** One change of several that belong together cannot be made, and so none of them was. */
export class EntryFailedError extends Error {
  override readonly name = 'EntryFailedError';
  /** The position of the change among those of the request. */
  readonly entry: number;

  constructor(entry: number, cause: unknown) {
    super(`change ${entry} of several cannot be made`, { cause });
    this.entry = entry;
  }
}
