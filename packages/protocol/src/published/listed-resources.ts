import { searchParameterUrl, searchParametersOf } from '../definitions/search-parameters.js';
import { searchParameters } from '@millrace/search';
import {
  DEFINITION_SUPPORT,
  LISTED_INTERACTIONS,
  STORED_TYPES,
  isStoredType,
} from '../definitions/interactions.js';
import type { StoredType } from '../definitions/interactions.js';
import { GROUP_NAME } from '../groups/group-query.js';
import { DEFINITION_OPERATIONS } from '../operations/definition-operations.js';
import type { BulkExport } from '../operations/operation.js';
import { operationDefinitionUrl } from '../http/urls.js';

type Json = Readonly<Record<string, unknown>>;

/** As in the guide: clients know these operations by its own definitions. */
export function bulkEntry({ code, definition, description }: BulkExport): Json {
  return { name: code.slice(1), definition, documentation: description };
}

/** The search parameters that `_typeFilter` takes. */
function searchedBy(type: string): readonly Json[] {
  return [...(searchParameters(type)?.values() ?? [])].flatMap((parameter) =>
    'refused' in parameter ? [] : [{ name: parameter.name, type: parameter.type }],
  );
}

function storedResource(type: StoredType, baseUrl: string): Json {
  return {
    type,
    ...DEFINITION_SUPPORT,
    interaction: LISTED_INTERACTIONS.map((code) => ({ code })),
    searchParam: searchParametersOf(type).map(({ name, type: kind, documentation }) => ({
      name,
      definition: searchParameterUrl(type, name),
      type: kind,
      documentation,
    })),
    operation: DEFINITION_OPERATIONS.filter(({ resourceTypes }) => resourceTypes.includes(type)).map(
      ({ id, code, description }) => ({
        name: code.slice(1),
        definition: operationDefinitionUrl(baseUrl, id),
        documentation: description,
      }),
    ),
  };
}

/**
 * `rest.resource`: what can be done with stored definitions, the types that Bulk Data exports have, and how groups are found. Clients of Bulk Data
 * pass over types that are not listed.
 *
 * @param types that the sources have files of
 * @param operations that are published
 * @param baseUrl public FHIR base
 */
export function listedResources(
  types: readonly string[],
  operations: readonly BulkExport[],
  baseUrl: string,
): readonly Json[] {
  const withOperations = operations.flatMap(({ resourceType }) => resourceType ?? []);
  const listed = operations.length === 0 ? [] : [...new Set([...types, ...withOperations])].sort();
  return [
    ...STORED_TYPES.map((type) => storedResource(type, baseUrl)),
    ...listed
      .filter((type) => !isStoredType(type))
      .map((type) => {
        const ofType = operations.filter(({ resourceType }) => resourceType === type);
        const isFound = type === 'Group';
        const searchParam = [...searchedBy(type), ...(isFound ? [GROUP_NAME] : [])];
        return {
          type,
          ...(isFound ? { interaction: [{ code: 'read' }, { code: 'search-type' }] } : {}),
          ...(searchParam.length === 0 ? {} : { searchParam }),
          ...(ofType.length === 0 ? {} : { operation: ofType.map(bulkEntry) }),
        };
      }),
  ];
}
