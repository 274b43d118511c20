export type { CheckView } from './check-definition.js';
export type { Definition } from './definition.js';
export { createDefinitions } from './definitions.js';
export type { Definitions } from './definitions.js';
export { DefinitionConflictError, DefinitionRefusedError, VersionMismatchError } from './errors.js';
export { createRedisDefinitionCache } from './redis-definition-cache.js';
export { definitionQuerySchema } from './search.js';
