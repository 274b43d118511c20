export { refusedParameters, searchModifiers } from './refused-parameters.js';
export { searchParameters } from './search-parameter.js';
export { searchPredicates } from './search-predicates.js';
export type { SearchPredicates } from './search-predicates.js';
