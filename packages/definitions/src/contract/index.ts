export { describeDefinitionCache } from './definition-cache-contract.js';
