import { VIEW_SEARCH_PARAMETERS } from '../definitions/definition-query.js';
import { searchParameters } from '@millrace/search';
import { DEFINITION_INTERACTIONS, DEFINITION_SUPPORT } from '../definitions/interactions.js';
import { GROUP_NAME } from '../groups/group-query.js';
import type { BulkExport } from '../operations/operation.js';

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

/**
 * `rest.resource`: what can be done with ViewDefinitions, the types that Bulk Data exports have, and how groups are found. Clients of Bulk Data
 * pass over types that are not listed.
 *
 * @param types that the sources have files of
 * @param operations that are published
 */
export function listedResources(
  types: readonly string[],
  operations: readonly BulkExport[],
): readonly Json[] {
  const withOperations = operations.flatMap(({ resourceType }) => resourceType ?? []);
  const listed = operations.length === 0 ? [] : [...new Set([...types, ...withOperations])].sort();
  return [
    {
      type: 'ViewDefinition',
      ...DEFINITION_SUPPORT,
      interaction: Object.keys(DEFINITION_INTERACTIONS).map((code) => ({ code })),
      searchParam: VIEW_SEARCH_PARAMETERS.map((parameter) => ({ ...parameter })),
    },
    ...listed
      .filter((type) => type !== 'ViewDefinition')
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
