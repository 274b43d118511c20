export { FHIR_JSON, fhirAnswer, httpDate } from './answer.js';
export type { Answer } from './answer.js';
export { VIEW_SEARCH_PARAMETERS, capabilityStatement } from './capability-statement.js';
export type { CheckView, ViewFault } from './check-view.js';
export type { DefinitionResolver } from './definition-resolver.js';
export { contentDisposition, downloadHeaders } from './download.js';
export { ProtocolError, exportNotFound, refuse } from './errors.js';
export {
  cancelAnswer,
  failureAnswer,
  kickOffAnswer,
  kickOffBody,
  pendingResultAnswer,
  resultAnswer,
  resultBody,
  statusAnswer,
  statusBody,
} from './export-answers.js';
export type { Remembered } from './export-answers.js';
export { EXPORT_FILE_EXTENSION } from './extensions.js';
export { FORMATS, isExportFormat } from './format.js';
export type { ExportFormat } from './format.js';
export type { KickOffRequest } from './kick-off-request.js';
export { MAX_SUBJECTS, readKickOff } from './kick-off.js';
export type { KickOff, ReadKickOff } from './kick-off.js';
export { operationDefinition } from './operation-definition.js';
export type { ServerDescription } from './operation-definition.js';
export type {
  Level,
  OperationDeclaration,
  ParameterDeclaration,
  RefusedParameter,
  SubjectNaming,
} from './operation.js';
export { EXPORT_OPERATIONS, SQL_EXPORT, VIEWDEFINITION_EXPORT } from './operations.js';
export { exportRequest, orderExport } from './order-export.js';
export type { ExportOrder, KickOffContext } from './order-export.js';
export { OUTCOME_TABLE, errorAnswer } from './outcome.js';
export type { OutcomeRow } from './outcome.js';
export { percentDone, progressText, retryAfterSeconds, secondsRemaining } from './progress.js';
export type { ProgressRecord } from './progress.js';
export { EXPORT_ROUTES, exportUrls, operationDefinitionUrl } from './urls.js';
export type { ExportUrls } from './urls.js';
