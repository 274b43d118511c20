import type { Issue } from '@millrace/fhir';
import { ProtocolError } from '../errors/errors.js';

/** The same error, which says in which entry it is. */
export function inEntry(error: ProtocolError, at: number): ProtocolError {
  const place = `Bundle.entry[${at}]`;
  const issues = error.issues.map((issue): Issue => ({
    ...issue,
    diagnostics: `${place}: ${issue.diagnostics}`,
    expression: (issue.expression ?? ['']).map((expression) => placed(place, expression)),
  }));
  return new ProtocolError(error.status, issues, error.retryAfter);
}

function placed(place: string, expression: string): string {
  if (expression === '' || /^[a-z]/.test(expression))
    return expression === '' ? place : `${place}.${expression}`;
  // `Library.url` is an element of the resource.
  return `${place}.resource${expression.replace(/^[A-Za-z]+/, '')}`;
}
