export type { Change } from './change.js';
export type { CheckResource, CheckedDefinition } from './check-definition.js';
export type { DefinitionType } from './definition-type.js';
export type { Definition } from './definition.js';
export { createDefinitions } from './definitions.js';
export type { ChangedDefinition, Definitions } from './definitions.js';
export {
  DefinitionConflictError,
  DefinitionRefusedError,
  EntryFailedError,
  VersionMismatchError,
} from './errors.js';
export { createRedisDefinitionCache } from './redis-definition-cache.js';
export { definitionQuerySchema } from './search.js';
