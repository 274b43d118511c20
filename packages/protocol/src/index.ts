export { FHIR_JSON, fhirAnswer, httpDate } from './http/answer.js';
export type { Answer } from './http/answer.js';
export { capabilityStatement } from './published/capability-statement.js';
export type { OfferedSource, SourceChoice } from './selection/choose-source.js';
export type { CheckViews, ViewFault, ViewVerdict } from './subjects/check-view.js';
export type { DefinitionResolver } from './subjects/definition-resolver.js';
export { downloadHeaders } from './outputs/download.js';
export { ProtocolError, exportNotFound, refuse, tooManyExports } from './errors/errors.js';
export { kickOffAnswer } from './kick-off/kick-off-answer.js';
export { cancelAnswer, deletedAnswer, keptAnswer } from './status-and-result/ending-answers.js';
export { failureAnswer, pendingResultAnswer, resultAnswer } from './status-and-result/result-answer.js';
export { statusAnswer } from './status-and-result/status-answer.js';
export { EXPORT_FILE_EXTENSION, FHIR_VERSION_CODES, SOURCE_EXTENSION } from './published/extensions.js';
export { FORMATS } from './outputs/format.js';
export type { ExportFormat } from './outputs/format.js';
export { MAX_JSON_DEPTH, createJsonMeter } from './http/json-bounds.js';
export type { JsonBounds, JsonMeter } from './http/json-bounds.js';
export type { KickOffRequest } from './kick-off/kick-off-request.js';
export { operationDefinition } from './published/operation-definition.js';
export type { ServerDescription } from './published/operation-definition.js';
export { operationPath } from './operations/operation.js';
export type { Level, OperationDeclaration, SubjectExport } from './operations/operation.js';
export { EXPORT_OPERATIONS } from './operations/operations.js';
export { orderExport } from './kick-off/order-export.js';
export type { KickOffContext } from './kick-off/order-export.js';
export { errorAnswer } from './http/outcome.js';
export { handlingOf, readPreferences } from './http/preferences.js';
export type { Preferences } from './http/preferences.js';
export { notAcceptable, representationFor } from './http/representation.js';
export type { Representation } from './http/representation.js';
export type { ResourceLookup } from './selection/resource-lookup.js';
export { EXPORT_ROUTES, exportUrls } from './http/urls.js';
export type { ExportUrls } from './http/urls.js';
export {
  definitionDeletedAnswer,
  definitionFoundAnswer,
  definitionJson,
  definitionStoredAnswer,
  searchPieces,
} from './definitions/definition-answers.js';
export { readDefinitionQuery } from './definitions/definition-query.js';
export { readDefinitionBody, readVersionCondition } from './definitions/definition-request.js';
export { isJson } from './http/media-type.js';
