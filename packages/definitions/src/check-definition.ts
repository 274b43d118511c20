import type { Issue } from '@millrace/fhir';
import { DefinitionRefusedError } from './errors.js';
import { viewDefinitionSchema } from './stored-version.js';
import type { ViewDefinition } from './stored-version.js';

/** Static checks of a ViewDefinition, in bounded time. */
export type CheckView = (view: Readonly<Record<string, unknown>>) => Promise<{
  /** The first faults, each with the path of the faulty element. */
  readonly issues: readonly Issue[];
  /** How many there are. */
  readonly total: number;
}>;

/** @throws DefinitionRefusedError 400 when it is no ViewDefinition, 422 when it cannot be evaluated */
export async function checkDefinition(body: unknown, checkView: CheckView): Promise<ViewDefinition> {
  const type =
    typeof body === 'object' && body !== null && 'resourceType' in body ? body.resourceType : undefined;
  if (type !== 'ViewDefinition') {
    const diagnostics = `the body must be a ViewDefinition, not ${typeof type === 'string' ? type : 'something else'}`;
    throw new DefinitionRefusedError(400, [{ severity: 'error', code: 'invalid', diagnostics }]);
  }
  const parsed = viewDefinitionSchema.safeParse(body);
  if (!parsed.success) throw new DefinitionRefusedError(422, parsed.error.issues.map(structureIssue));
  const { issues, total } = await checkView(parsed.data);
  if (total > 0) throw new DefinitionRefusedError(422, issues, total);
  return parsed.data;
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
