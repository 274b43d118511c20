import type { Response } from 'express';

/** Remembers the code of the first issue that a request is answered with. */
export function rememberIssueCode(response: Response, body: unknown): void {
  const [issue] = (body as { issue?: readonly { code?: unknown }[] } | undefined)?.issue ?? [];
  if (typeof issue?.code === 'string') response.locals['issueCode'] = issue.code;
}

/** FHIR issue type of the answer; `exception` when it has none. */
export function issueCodeOf(response: Response): string {
  const code: unknown = response.locals['issueCode'];
  return typeof code === 'string' ? code : 'exception';
}
