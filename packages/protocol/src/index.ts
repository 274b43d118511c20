export { FHIR_JSON, fhirAnswer, httpDate } from './answer.js';
export type { Answer } from './answer.js';
export { VIEW_SEARCH_PARAMETERS, capabilityStatement } from './capability-statement.js';
export type { OfferedSource, SourceChoice } from './choose-source.js';
export type { CheckViews, ViewFault, ViewVerdict } from './check-view.js';
export type { DefinitionResolver } from './definition-resolver.js';
export { downloadHeaders } from './download.js';
export { ProtocolError, exportNotFound, refuse, tooManyExports } from './errors.js';
export {
  cancelAnswer,
  deletedAnswer,
  failureAnswer,
  keptAnswer,
  kickOffAnswer,
  pendingResultAnswer,
  resultAnswer,
  statusAnswer,
} from './export-answers.js';
export type { Remembered } from './export-answers.js';
export { EXPORT_FILE_EXTENSION, FHIR_VERSION_CODES, SOURCE_EXTENSION } from './extensions.js';
export { FORMATS } from './format.js';
export type { ExportFormat } from './format.js';
export { MAX_JSON_DEPTH, createJsonMeter } from './json-bounds.js';
export type { JsonBounds, JsonMeter } from './json-bounds.js';
export type { KickOffRequest } from './kick-off-request.js';
export { operationDefinition } from './operation-definition.js';
export type { ServerDescription } from './operation-definition.js';
export type {
  Level,
  OperationDeclaration,
  ParameterDeclaration,
  RefusedParameter,
  SubjectNaming,
} from './operation.js';
export { EXPORT_OPERATIONS } from './operations.js';
export { orderExport } from './order-export.js';
export type { KickOffContext } from './order-export.js';
export { errorAnswer } from './outcome.js';
export { handlingOf, readPreferences } from './preferences.js';
export type { Preferences } from './preferences.js';
export { notAcceptable, representationFor } from './representation.js';
export type { Representation } from './representation.js';
export type { ResourceLookup } from './resource-lookup.js';
export { EXPORT_ROUTES, exportUrls } from './urls.js';
export type { ExportUrls } from './urls.js';
