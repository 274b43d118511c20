export { createBodyParser } from './http/body-parser.js';
export { compose } from './compose.js';
export type { ApiService } from './compose.js';
export { configSchema, unsafeSettings } from './config.js';
export { JobStoreUnavailableError } from './errors.js';
