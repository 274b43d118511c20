import { dataJsonText, isJsonObject, operationOutcome, parseFhirJson, parseParameters } from '@millrace/fhir';
import type { Issue } from '@millrace/fhir';
import { quote, refuse } from '../errors/errors.js';
import { fhirAnswer, type Answer } from '../http/answer.js';
import { choosesRepresentation } from '../http/representation.js';

const MODES = ['create', 'update', 'delete'] as const;

/** The resource that `$validate` looks at. */
export interface ValidateRequest {
  /** Undefined: the stored definition. */
  readonly given: { readonly tree: unknown; readonly text: string } | undefined;
  readonly mode: (typeof MODES)[number] | undefined;
}

/**
 * @param body of the request, undefined for none: the resource itself, or Parameters with it
 * @param text of the body
 * @param query of the URL, with or without its question mark
 * @throws ProtocolError 400
 */
export function readValidateRequest(body: unknown, text: string, query: string): ValidateRequest {
  const asked = readQuery(query);
  if (body === undefined) return { given: undefined, mode: asked };
  if (!isJsonObject(body) || body['resourceType'] !== 'Parameters')
    return { given: { tree: body, text }, mode: asked };
  const parsed = parseParameters(body);
  if (parsed.kind === 'faulty') {
    const [fault] = parsed.faults;
    throw refuse(400, 'invalid', `${fault?.expression ?? 'the body'} ${fault?.diagnostics ?? 'is faulty'}`);
  }
  let resource: unknown;
  let mode = asked;
  for (const parameter of parsed.parameters.parameter ?? []) {
    if (parameter.name === 'resource') {
      if (resource !== undefined) throw refuse(400, 'invalid', 'resource is given more than once');
      resource = parameter.resource;
    } else if (parameter.name === 'mode') mode = readMode(parameter['valueCode']);
    else throw unknownParameter(parameter.name);
  }
  if (resource === undefined) return { given: undefined, mode };
  const own = dataJsonText(resource);
  return { given: { text: own, tree: parseFhirJson(own) }, mode };
}

function readQuery(query: string): ValidateRequest['mode'] {
  let mode: ValidateRequest['mode'];
  for (const [name, value] of new URLSearchParams(query)) {
    if (choosesRepresentation(name, value)) continue;
    if (name !== 'mode') throw unknownParameter(name);
    mode = readMode(value);
  }
  return mode;
}

function readMode(value: unknown): ValidateRequest['mode'] {
  const mode = MODES.find((known) => known === value);
  if (mode !== undefined) return mode;
  throw refuse(400, 'not-supported', `mode may be ${MODES.join(', ')}`, { expression: 'mode' });
}

function unknownParameter(name: string): Error {
  const diagnostics = `${quote(name)} is not a parameter of $validate here; expected resource and mode`;
  return refuse(400, 'not-supported', diagnostics);
}

/** 200, whatever was found: the request to validate was carried out. */
export function validateAnswer(issues: readonly Issue[]): Answer {
  const fine: Issue = { severity: 'information', code: 'informational', diagnostics: 'no faults were found' };
  return fhirAnswer(200, operationOutcome(issues.length === 0 ? [fine] : issues));
}
