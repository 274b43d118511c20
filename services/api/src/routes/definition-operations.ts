import type { Compilation } from '@millrace/compilation';
import { DefinitionRefusedError } from '@millrace/definitions';
import type { DefinitionType } from '@millrace/definitions';
import type { Issue } from '@millrace/fhir';
import {
  ProtocolError,
  handlingOf,
  readDefinitionBody,
  readPreferences,
  readValidateRequest,
  refuse,
  schemaAnswer,
  validateAnswer,
} from '@millrace/protocol';
import type { FhirVersion } from '@millrace/viewdef';
import { describeColumns } from '../check-resource.js';
import { givenResource } from '../http/body-texts.js';
import { sendAnswer } from '../http/send-answer.js';
import type { ClientRoute } from '../routing/route.js';
import { foundDefinition, queryOf } from './definitions.js';
import type { DefinitionPorts } from './definitions.js';

export type DefinitionOperationPorts = DefinitionPorts & {
  readonly compilation: Pick<Compilation, 'check'>;
  /** Of the sources. */
  readonly fhirVersion: FhirVersion;
};

/** https://hl7.org/fhir/R4/resource-operation-validate.html */
export function validateDefinition(
  { definitionsOf }: DefinitionOperationPorts,
  type: DefinitionType,
): ClientRoute['handler'] {
  return async (request, response, { tenant }) => {
    const { id } = request.params;
    const body = readDefinitionBody(request.headers['content-type'], givenResource(request, response));
    const { given, mode } = readValidateRequest(body.tree, body.text, queryOf(request));
    const definitions = definitionsOf(tenant);
    if (id === undefined && given === undefined && mode !== 'delete')
      throw refuse(400, 'required', `the body must be a ${type}, or Parameters with one`, {
        expression: 'resource',
      });
    const stored =
      id === undefined || (given !== undefined && mode !== 'delete')
        ? undefined
        : await foundDefinition(definitions, type, id);
    if (mode === 'delete') return sendAnswer(response, validateAnswer([]));
    const looked =
      given ?? (stored === undefined ? undefined : { tree: stored.resource, text: stored.json.toString() });
    if (looked === undefined) throw new Error('there is nothing to validate');
    const handling = handlingOf(readPreferences(request.get('Prefer')));
    const issues = await definitions.check(type, looked, handling).then(
      ({ warnings, id: own }) => [...wrongId(type, id, own, mode), ...warnings],
      (error: unknown) => {
        if (error instanceof DefinitionRefusedError) return error.issues;
        throw error;
      },
    );
    sendAnswer(response, validateAnswer(issues));
  };
}

function wrongId(
  type: DefinitionType,
  wanted: string | undefined,
  found: string | undefined,
  mode: string | undefined,
): readonly Issue[] {
  if (mode !== 'update' || wanted === undefined || wanted === found) return [];
  const diagnostics = `the id must be ${wanted}, as in the address, but was ${found ?? 'absent'}`;
  return [{ severity: 'error', code: 'invalid', diagnostics, expression: [`${type}.id`] }];
}

/** The columns of a stored view. */
export function definitionSchema({
  definitionsOf,
  compilation,
  fhirVersion,
}: DefinitionOperationPorts): ClientRoute['handler'] {
  return async (request, response, { tenant }) => {
    const { id = '' } = request.params;
    const { resource } = await foundDefinition(definitionsOf(tenant), 'ViewDefinition', id);
    const { columns, issues } = await describeColumns(compilation, fhirVersion, resource, tenant);
    if (issues.length > 0) throw new ProtocolError(422, issues);
    sendAnswer(response, schemaAnswer(columns));
  };
}
