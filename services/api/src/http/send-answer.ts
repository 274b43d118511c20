import { fhirJsonText } from '@millrace/fhir';
import { FHIR_JSON } from '@millrace/protocol';
import type { Answer } from '@millrace/protocol';
import type { Response } from 'express';
import { mediaTypeOf } from './representation.js';

/** @throws ProtocolError 406 when the answer is FHIR and the request admits no form of it that there is */
export function sendAnswer(response: Response, { status, headers, body, json, isTyped }: Answer): void {
  const written =
    headers['Content-Type'] === FHIR_JSON && isTyped !== true
      ? { 'Content-Type': mediaTypeOf(response, status) }
      : {};
  response.status(status).set({ ...headers, ...written });
  // Express would answer any GET with 304 that wants nothing which exists, also one that begins an export.
  if (headers['ETag'] === undefined) delete response.req.headers['if-none-match'];
  if (json !== undefined) response.send(json);
  else if (body === undefined) response.end();
  else response.send(fhirJsonText(body));
}
