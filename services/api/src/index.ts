export { createBodyParser } from './http/body-parser.js';
export { compose } from './compose.js';
export type { ApiService } from './compose.js';
export { fhirRoutes } from './route-table.js';
export type { FhirPorts } from './route-table.js';
export { configSchema, unsafeSettings } from './config.js';
export { JobStoreUnavailableError } from './errors.js';
