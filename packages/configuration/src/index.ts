export { describeConfig } from './describe-config.js';
export { ConfigurationError } from './errors.js';
export { loadConfig } from './load-config.js';
export type { Config, ConfigSchema, Environment } from './load-config.js';
export { location } from './location.js';
export type { Location } from './location.js';
export { redisSection } from './redis-section.js';
export {
  auditSection,
  fairnessSection,
  operationsSection,
  refuseStorage,
  storageSection,
} from './sections.js';
export { guardStart } from './start-guard.js';
export type { StartCheck } from './start-guard.js';
export { duration, flag, port, wholeNumberVariable } from './variables.js';
