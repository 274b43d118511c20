import { sourceList, type SourceChoice } from '../selection/choose-source.js';
import { RESULTS } from '../operations/operation.js';
import type {
  OperationDeclaration,
  OutParameterDeclaration,
  ParameterDeclaration,
} from '../operations/operation.js';
import type { DefinitionOperation } from '../operations/definition-operations.js';
import { operationDefinitionUrl } from '../http/urls.js';

/** The facts about the server in published artefacts. */
export interface ServerDescription extends SourceChoice {
  readonly baseUrl: string;
  /** Version of the software. */
  readonly version: string;
  /** Date of the software's release, `YYYY-MM-DD` or an instant. */
  readonly date: string;
}

/**
 * The OperationDefinition that this server publishes for an operation: the guide's one is its `base`, and only
 * the parameters that are supported are listed.
 * https://hl7.org/fhir/uv/sql-on-fhir/operations-capability.html
 */
export function operationDefinition(
  operation: OperationDeclaration,
  server: ServerDescription,
): Readonly<Record<string, unknown>> {
  return {
    resourceType: 'OperationDefinition',
    id: operation.id,
    url: operationDefinitionUrl(server.baseUrl, operation.id),
    version: server.version,
    name: operation.title.replace(/\s+/g, ''),
    title: operation.title,
    status: 'active',
    kind: 'operation',
    date: server.date,
    description: operation.description,
    affectsState: RESULTS[operation.result].affectsState,
    code: operation.code.slice(1),
    base: operation.definition,
    ...(operation.resourceType === undefined ? {} : { resource: [operation.resourceType] }),
    system: operation.levels.includes('system'),
    type: operation.levels.includes('type'),
    instance: operation.levels.includes('instance'),
    parameter: [
      ...operation.parameters.map((parameter) => published(onServer(parameter, server), 'in')),
      ...operation.outParameters.map((parameter) => published(parameter, 'out')),
    ],
  };
}

/** The same for an operation on stored definitions. One of this server has no base. */
export function definitionOperationDefinition(
  operation: DefinitionOperation,
  server: ServerDescription,
): Readonly<Record<string, unknown>> {
  const { id, title, description, code, definition, resourceTypes, levels } = operation;
  return {
    resourceType: 'OperationDefinition',
    id,
    url: operationDefinitionUrl(server.baseUrl, id),
    version: server.version,
    name: title,
    title,
    status: 'active',
    kind: 'operation',
    date: server.date,
    description,
    affectsState: false,
    code: code.slice(1),
    ...(definition === undefined ? {} : { base: definition }),
    resource: resourceTypes,
    system: levels.includes('system'),
    type: levels.includes('type'),
    instance: levels.includes('instance'),
    parameter: [
      ...operation.parameters.map((parameter) => published(parameter, 'in')),
      ...operation.outParameters.map((parameter) => published(parameter, 'out')),
    ],
  };
}

/** The allowed sources depend on the configuration of the server. */
function onServer(parameter: ParameterDeclaration, server: ServerDescription): ParameterDeclaration {
  if (parameter.name !== 'source') return parameter;
  return {
    ...parameter,
    min: server.defaultSource === undefined ? 1 : 0,
    documentation: `${parameter.documentation} ${sourceList(server)}`,
  };
}

function published(parameter: OutParameterDeclaration, use: 'in' | 'out'): Readonly<Record<string, unknown>> {
  const { name, min, max, type, documentation, levels, part, isData } = parameter;
  return {
    name,
    use,
    min,
    max,
    // R5: at which levels; R4 readers pass over it.
    ...(levels === undefined ? {} : { scope: levels }),
    documentation,
    // The guide's type for an inline artefact; FHIR gives no type to a parameter that has parts.
    ...(type === 'parts'
      ? {}
      : { type: type === 'Resource' && isData !== true ? 'CanonicalResource' : type }),
    ...(part === undefined ? {} : { part: part.map((one) => published(one, use)) }),
  };
}
