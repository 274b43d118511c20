import { EXPORT_OPERATIONS } from '../operations/operations.js';

/**
 * The expression of something that a worker says of a subject. Workers call all subjects by the name of the parameter of
 * `$sql-export`; the client gave them by that of the operation which it invoked.
 *
 * @param operation id of the operation; undefined where that is not known
 */
export function expressionInRequest(expression: string, operation: string | undefined): string {
  const naming = EXPORT_OPERATIONS.find(({ id }) => id === operation)?.subject;
  return naming === undefined ? expression : expression.replace(/^subject(?=\[\d+\])/, naming.parameter);
}
