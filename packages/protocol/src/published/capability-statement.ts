import { VIEW_SEARCH_PARAMETERS } from '../definitions/definition-query.js';
import { DEFINITION_INTERACTIONS, DEFINITION_SUPPORT } from '../definitions/interactions.js';
import { sourceList } from '../selection/choose-source.js';
import { sourceExtensions } from './extensions.js';
import { FORMATS_OF } from '../outputs/format.js';
import type { OperationDeclaration } from '../operations/operation.js';
import type { ServerDescription } from './operation-definition.js';
import { OPERATIONS } from '../operations/all-operations.js';
import { REPRESENTATIONS } from '../http/representation.js';
import { operationDefinitionUrl, trimSlash } from '../http/urls.js';

/** Whether clients are told of an operation. */
export function isPublished({ isPending }: OperationDeclaration): boolean {
  return isPending !== true;
}

/** The facts about the server that its OperationDefinitions do not have. */
export interface CapableServer extends ServerDescription {
  readonly fhirVersion: string;
  /** Whether scripts of other origins may use it. */
  readonly allowsOrigins: boolean;
}

/** The body of `[base]/metadata`. https://hl7.org/fhir/uv/sql-on-fhir/operations-capability.html */
export function capabilityStatement(
  server: CapableServer,
  operations: readonly OperationDeclaration[] = OPERATIONS,
): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'CapabilityStatement',
    status: 'active',
    date: server.date,
    kind: 'instance',
    software: { name: 'Millrace', version: server.version },
    implementation: {
      description: 'Exports FHIR data as tables',
      url: trimSlash(server.baseUrl),
    },
    fhirVersion: server.fhirVersion,
    format: [...REPRESENTATIONS, 'json'],
    rest: [
      {
        extension: sourceExtensions(server),
        mode: 'server',
        documentation: `Files of an export are written as ${FORMATS_OF.export}; rows of a run as ${FORMATS_OF.run}. ${sourceList(server)}`,
        security: { cors: server.allowsOrigins },
        resource: [
          {
            type: 'ViewDefinition',
            ...DEFINITION_SUPPORT,
            interaction: Object.keys(DEFINITION_INTERACTIONS).map((code) => ({ code })),
            searchParam: VIEW_SEARCH_PARAMETERS.map((parameter) => ({ ...parameter })),
          },
        ],
        operation: operations.filter(isPublished).map((operation) => ({
          name: operation.code,
          definition: operationDefinitionUrl(server.baseUrl, operation.id),
          documentation: `${operation.description} Output formats: ${FORMATS_OF[operation.result]}.`,
        })),
      },
    ],
  };
}
