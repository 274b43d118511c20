import { FHIR_JSON, notAcceptable, representationFor } from '@millrace/protocol';
import type { Representation } from '@millrace/protocol';
import type { RequestHandler, Response } from 'express';

/** Remembers how answers to a request are written: `application/fhir+json`, or another name of JSON if that is asked for. */
export const chooseRepresentation: RequestHandler = (request, response, next) => {
  response.locals['representation'] = representationFor(request.get('Accept'), request.query['_format']);
  next();
};

/**
 * For requests that change something: they are refused before they do if their answer could not be written.
 *
 * @throws ProtocolError 406
 */
export function requireAcceptable(response: Response): void {
  if (chosen(response) === undefined) throw notAcceptable();
}

/**
 * The media type of a FHIR answer. One that tells of an error is written in any case.
 *
 * @throws ProtocolError 406
 */
export function mediaTypeOf(response: Response, status: number): Representation {
  const representation = chosen(response);
  if (representation === undefined && status < 400) throw notAcceptable();
  return representation ?? FHIR_JSON;
}

/** Nothing was chosen where a request failed before its headers were looked at. */
function chosen({ locals }: Response): Representation | undefined {
  return 'representation' in locals ? (locals['representation'] as Representation | undefined) : FHIR_JSON;
}
