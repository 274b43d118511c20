export { FHIR_JSON, fhirAnswer } from './http/answer.js';
export type { Answer } from './http/answer.js';
export { capabilityStatement } from './published/capability-statement.js';
export type { CapableServer } from './published/capability-statement.js';
export { faultsError } from './errors/fault.js';
export { chooseSource } from './selection/choose-source.js';
export type { ChosenSource, SourceChoice } from './selection/choose-source.js';
export { groupSearchPieces } from './groups/group-answers.js';
export { GROUP_ROUTES, readGroupSearch } from './groups/group-query.js';
export { contentCodings, gzipTag, isCompressible, noSuchCoding } from './outputs/content-coding.js';
export type { ContentCoding } from './outputs/content-coding.js';
export { downloadHeaders } from './outputs/download.js';
export { FORMATS, runMediaType } from './outputs/format.js';
export {
  ProtocolError,
  exportNotFound,
  keyOfAnotherRequest,
  polledTooOften,
  refuse,
  sameKeyUnderway,
  tooManyExports,
  tooManyKickOffs,
  tooManyPolls,
  tooManySubjects,
} from './errors/errors.js';
export { kickOffAnswer } from './kick-off/kick-off-answer.js';
export { cancelAnswer, deletedAnswer, keptAnswer } from './status-and-result/ending-answers.js';
export { failureAnswer, pendingResultAnswer, resultAnswer } from './status-and-result/result-answer.js';
export { retryAfterSeconds } from './status-and-result/progress.js';
export type { PollPace } from './status-and-result/progress.js';
export { statusAnswer } from './status-and-result/status-answer.js';
export { COLUMN_EXTENSION, EXPORT_FILE_EXTENSION, FHIR_VERSION_CODES } from './published/extensions.js';
export { hasVersion } from './http/has-version.js';
export { requireMatch } from './http/if-match.js';
export { MAX_JSON_DEPTH, createJsonMeter } from './http/json-bounds.js';
export { definitionOperationDefinition, operationDefinition } from './published/operation-definition.js';
export { misplacedOperation, unknownAddress } from './published/unknown-address.js';
export type { ServerDescription } from './published/operation-definition.js';
export { operationPath } from './operations/operation.js';
export type {
  KickOffOperation,
  Level,
  OperationDeclaration,
  OutParameterDeclaration,
  SubjectRun,
} from './operations/operation.js';
export { KICK_OFF_OPERATIONS, OPERATIONS } from './operations/all-operations.js';
export { EXPORT_OPERATIONS } from './operations/operations.js';
export { RUN_OPERATIONS } from './operations/run-operations.js';
export { readIdempotencyKey } from './http/idempotency-key.js';
export { askedPieces } from './kick-off/asked-pieces.js';
export type { KickOffRequest } from './kick-off/kick-off-request.js';
export { requestFaults } from './kick-off/request-headers.js';
export type { ResolveTerminology } from './subjects/terminology.js';
export { orderRun } from './run/order-run.js';
export type { RunRequest, SqlRun, ViewRun } from './run/order-run.js';
export { NOTICES_HEADER, binaryStart, noticesMeta, noticesText, runHeaders } from './run/run-answer.js';
export type { RunNotice } from './run/run-answer.js';
export { orderKickOff } from './kick-off/order-kick-off.js';
export type { KickOffContext } from './kick-off/order-export.js';
export type { TableDestinations } from './outputs/table-format.js';
export type { BulkContext } from './bulk/order-bulk.js';
export { EXPORT_STATUS_HEADER, bulkResultAnswer, bulkStatusAnswer } from './bulk/bulk-status-answer.js';
export { pageAtEnd, pageSoFar } from './bulk/bulk-page.js';
export type { BulkPage } from './bulk/bulk-page.js';
export { asBulkRequest } from './bulk/bulk-request.js';
export type { BulkRequest } from './bulk/bulk-request.js';
export { isOutcomeFile, outcomeFile } from './bulk/outcome-file.js';
export { errorAnswer } from './http/outcome.js';
export { handlingOf, readPreferences } from './http/preferences.js';
export { notAcceptable, representationFor } from './http/representation.js';
export type { Representation } from './http/representation.js';
export type { ReadAccess } from './selection/read-access.js';
export type { ResourceLookup } from './selection/resource-lookup.js';
export { exportListAnswer, readListQuery } from './status-and-result/export-list.js';
export type { ExportUrls } from './http/urls.js';
export { EXPORT_LIST_ROUTE, EXPORT_ROUTES, exportUrls, statusUrlOf } from './http/urls.js';
export {
  definitionChangedAnswer,
  definitionFoundAnswer,
  historyPieces,
  searchPieces,
} from './definitions/definition-answers.js';
export { readCondition, readDefinitionQuery } from './definitions/definition-query.js';
export { searchParametersOf } from './definitions/search-parameters.js';
export { readDefinitionBody, readVersionCondition } from './definitions/definition-request.js';
export { readHistoryQuery } from './definitions/history-query.js';
export { schemaAnswer } from './definitions/schema-answer.js';
export { readValidateRequest, validateAnswer } from './definitions/validate-request.js';
export { bundleAnswerPieces, tooLargeAnswer } from './bundle/bundle-answer.js';
export type { EntryAnswer } from './bundle/bundle-answer.js';
export { inEntry } from './bundle/in-entry.js';
export { readBundle } from './bundle/read-bundle.js';
export type { EntryTask, ReadBundle } from './bundle/read-bundle.js';
export { DEFINITION_OPERATIONS, definitionOperationPath } from './operations/definition-operations.js';
export { isJson } from './http/media-type.js';
export { DEFINITION_INTERACTIONS, STORED_TYPES } from './definitions/interactions.js';
export type { DefinitionInteraction, StoredType } from './definitions/interactions.js';
