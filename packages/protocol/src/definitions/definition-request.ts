import { refuse } from '../errors/errors.js';
import { isJson } from '../http/media-type.js';

/**
 * The body of a request that stores a definition. `packages/definitions` checks its content.
 *
 * @param mediaType the header `Content-Type`; undefined when there was none
 * @throws ProtocolError 415
 */
export function readDefinitionBody<Body>(mediaType: string | undefined, body: Body): Body {
  if (mediaType === undefined || isJson(mediaType)) return body;
  throw refuse(415, 'not-supported', 'the body must be application/fhir+json');
}

/**
 * The version that a change is meant for: https://hl7.org/fhir/http.html#concurrency
 *
 * @param ifMatch the header `If-Match`; undefined when there was none, and any version may be changed
 * @throws ProtocolError 400
 */
export function readVersionCondition(ifMatch: string | undefined): string | undefined {
  if (ifMatch === undefined) return undefined;
  const version = /^(?:W\/)?"(\d{1,10})"$/.exec(ifMatch.trim())?.[1];
  if (version === undefined) throw refuse(400, 'invalid', 'If-Match must be one version tag, such as W/"3"');
  return version;
}
