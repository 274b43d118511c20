import {
  EXPORT_OPERATIONS,
  capabilityStatement,
  fhirAnswer,
  operationDefinition,
  refuse,
} from '@millrace/protocol';
import type { ServerDescription } from '@millrace/protocol';
import type { RequestHandler } from 'express';
import { sendAnswer } from '../http/send-answer.js';

export type PublishedServer = ServerDescription & { readonly fhirVersion: string };

export function metadataRoute(server: PublishedServer): RequestHandler {
  const answer = fhirAnswer(200, capabilityStatement(server));
  return (_request, response) => sendAnswer(response, answer);
}

export function operationDefinitionRoute(server: PublishedServer): RequestHandler<{ id: string }> {
  return (request, response) => {
    const { id } = request.params;
    const operation = EXPORT_OPERATIONS.find((candidate) => candidate.id === id);
    if (operation === undefined) throw refuse(404, 'not-found', `OperationDefinition/${id} does not exist`);
    sendAnswer(response, fhirAnswer(200, operationDefinition(operation, server)));
  };
}
