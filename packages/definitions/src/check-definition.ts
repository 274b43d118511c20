import type { Issue } from '@millrace/fhir';
import { DefinitionRefusedError } from './errors.js';
import { viewDefinitionSchema } from './stored-version.js';
import type { ViewDefinition } from './stored-version.js';

/** Whether a view that could run, but cannot be meant as it is written, is refused. */
export type Handling = 'strict' | 'lenient';

/** Static checks of a ViewDefinition, in bounded time. */
export type CheckView = (
  view: Readonly<Record<string, unknown>>,
  handling: Handling,
) => Promise<{
  /** The first faults, each with the path of the faulty element. */
  readonly issues: readonly Issue[];
  /** How many there are. */
  readonly total: number;
  /** The first warnings about a view that may be stored. */
  readonly warnings: readonly Issue[];
}>;

export interface CheckedDefinition {
  readonly resource: ViewDefinition;
  readonly warnings: readonly Issue[];
}

/** @throws DefinitionRefusedError 400 when it is no ViewDefinition, 422 when it cannot be evaluated or meant */
export async function checkDefinition(
  body: unknown,
  handling: Handling,
  checkView: CheckView,
): Promise<CheckedDefinition> {
  const type =
    typeof body === 'object' && body !== null && 'resourceType' in body ? body.resourceType : undefined;
  if (type !== 'ViewDefinition') {
    const diagnostics = `the body must be a ViewDefinition, not ${typeof type === 'string' ? type : 'something else'}`;
    throw new DefinitionRefusedError(400, [{ severity: 'error', code: 'invalid', diagnostics }]);
  }
  const parsed = viewDefinitionSchema.safeParse(body);
  if (!parsed.success) throw new DefinitionRefusedError(422, parsed.error.issues.map(structureIssue));
  const { issues, total, warnings } = await checkView(parsed.data, handling);
  if (total > 0) throw new DefinitionRefusedError(422, issues, total);
  return { resource: parsed.data, warnings };
}

function structureIssue(issue: { path: readonly PropertyKey[]; message: string }): Issue {
  const expression = ['ViewDefinition', ...issue.path.map(String)].join('.');
  return {
    severity: 'error',
    code: 'structure',
    diagnostics: `${expression}: ${issue.message}`,
    expression: [expression],
  };
}
