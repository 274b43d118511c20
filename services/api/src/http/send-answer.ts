import type { Answer } from '@millrace/protocol';
import type { Response } from 'express';

export function sendAnswer(response: Response, { status, headers, body }: Answer): void {
  response.status(status).set(headers);
  if (body === undefined) response.end();
  else response.send(JSON.stringify(body));
}
