export { bindingFaults } from './bound-values.js';
export { nameOfCanonical, readContext } from './context.js';
export type { ContextEntry } from './context.js';
export { resolveDependencies } from './dependencies.js';
export type { DependencyFault, ResolvedArtefact } from './dependencies.js';
export { libraryKindOf } from './library.js';
export type { SqlLibrary } from './library.js';
export { readLibrary } from './read-library.js';
export { conceptMapFaults, expansionFaults } from './terminology-faults.js';
