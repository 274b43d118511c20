export { connectAnywhere as connect } from './connect-anywhere.js';
export type {
  AwaitOptions,
  CancelOptions,
  Definitions,
  StartOptions,
  WebClient,
} from './connect-anywhere.js';
export type { CallOptions, ConnectOptions } from './connection.js';
export type { ExportFormat, ExportOrder, ExportSubject } from './kick-off.js';
export type { ExportManifest, ExportOutput, OutputFile } from './manifest.js';
export type { ResourceOf, Resource, ViewDefinition } from './resource.js';
export type { RunAnswer, RunFormat, RunNotice, RunOrder } from './run.js';
export {
  DamagedDownloadError,
  ServerRefusedError,
  ServerUnreachableError,
  UnansweredKickOffError,
  UnexpectedAnswerError,
} from './errors.js';
export type { OutcomeIssue } from './outcome.js';
