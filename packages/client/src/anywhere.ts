export { backendServices } from './backend-services.js';
export type { BackendServices } from './backend-services.js';
export type { ClientKey } from './sign-assertion.js';
export type {
  AwaitOptions,
  CancelOptions,
  Definitions,
  StartOptions,
  WebClient,
} from './connect-anywhere.js';
export type { CallOptions, ConnectOptions } from './connection.js';
export type { AuthorizedRequest, Authorize } from './authorize.js';
export type { ChangeOutcome, DefinitionChange } from './change-together.js';
export type {
  CreateOptions,
  Identified,
  ReadOptions,
  ResourceVersion,
  UpdateOptions,
} from './definitions.js';
export type { SearchQuery } from './search-query.js';
export type { Library, Resource, ResourceOf, ViewColumn, ViewDefinition, ViewSelect } from './resource.js';
export type { RunAnswer, RunFormat, RunNotice, RunOrder } from './run.js';
export type { IssueCode } from './declared.js';
export type { AfterCancel } from './cancel.js';
export type { FoundExport } from './find-export.js';
export type { ExportFormat, ExportOrder, ExportSubject } from './kick-off.js';
export type { ExportManifest, ExportOutput, OutputFile } from './manifest.js';
export type { ExportNotice } from './notice.js';
export type { ExportProgress } from './status.js';
export {
  DamagedDownloadError,
  LoginRefusedError,
  ServerRefusedError,
  ServerUnreachableError,
  UnansweredKickOffError,
  UnexpectedAnswerError,
} from './errors.js';
export type { OutcomeIssue } from './outcome.js';
