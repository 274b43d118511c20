export type { CensusReads } from './census.js';
export { changeset, lastProgress } from './changeset.js';
export type { Changeset, LifecycleTerms } from './changeset.js';
export type { Decisions } from './decisions.js';
export type { Dispatch, Upkeep } from './dispatch.js';
export type { Downloads } from './downloads.js';
export type { DispatchedStep, HeldStep, SentStep } from './sent-step.js';
/** @public The declaration of a type that is inferred from it names it. */
export type { UntakenStep } from './sent-step.js';
export { ArtefactError, LeaseLostError, NewerVersionError } from './errors.js';
export type { LeaseLoss } from './errors.js';
export type { ExportRecord } from './export-record.js';
export { EXPORT_STATES, OUTCOMES, isOver, visibleState } from './export.js';
export type { ExportState, Outcome } from './export.js';
export { exportFolderOf, isExportId } from './export-id.js';
export { failureSchema } from './failure.js';
export type { Failure } from './failure.js';
export type {
  Checkpoint,
  ClaimResult,
  CreateResult,
  Cut,
  DecideResult,
  ExportRecords,
  Fenced,
  Committed,
  Gap,
  JobStore,
  Lease,
  LostExport,
  NewExport,
  PassExtent,
  Outcomes,
  Retention,
  StepCommits,
  StepLeases,
  Postponement,
} from './job-store.js';
export { emptyNotices } from './empty-notices.js';
export type { Idempotency, KeyHolder, KeyTrust } from './idempotency.js';
export { manifestFileName, manifestSchema, committedTablesSchema } from './manifest.js';
export type { CompletedManifest, Manifest, ManifestColumn, ManifestFile, ManifestTable } from './manifest.js';
export { manifestPageSchema } from './manifest-page.js';
export type { ManifestPage, PageFile } from './manifest-page.js';
export { NOTICE_KINDS } from './notice.js';
export type { Notice, NoticeKind } from './notice.js';
export {
  attemptName,
  attemptPrefix,
  cohortKey,
  exportObjectKey,
  exportPrefix,
  joinedKey,
  manifestPageKey,
  provenanceJoinedKey,
  provenanceKey,
  deletionsKey,
  groupsKey,
  relationKey,
  tablePrefix,
  tablesPrefix,
  committedTablesKey,
} from './object-keys.js';
export type { ExportObject } from './object-keys.js';
export { exportRequest } from './order.js';
export type { ExportOrder } from './order.js';
export type { Owner } from './owner.js';
export { partSchema } from './part.js';
export type { Part } from './part.js';
export { layRanges } from './plan/lay-ranges.js';
export type { CutInput, RangeLayout } from './plan/lay-ranges.js';
export { MAX_VIEWS_PER_PASS, passesOf } from './plan/pass.js';
export type { PassSubject } from './plan/pass.js';
export type { PollTerms, Polls } from './polls.js';
export { taskOf } from './plan/plan.js';
export { formatOfPass, subjectOfTable, tableOfSubject } from './plan/table-subjects.js';
export type { Plan } from './plan/plan.js';
export { readOf } from './plan/planned-read.js';
export { planSchema, planText } from './plan/stored-plan.js';
export { extentOf, isReading } from './plan/task.js';
export type { ReadingTask, Task, TaskOf, VersionsShare } from './plan/task.js';
export { requestPieces } from './request-pieces.js';
export { exportRequestSchema, ownBases } from './request.js';
export type { ExportFilter, ExportRequest } from './request.js';
export { programOf } from './sql/program-of.js';
export type { SubjectProgram } from './sql/program-of.js';
export type { SqlRelationTable } from './sql/sql-relations.js';
export type { TerminologyProvenance } from './sql/terminology-provenance.js';
export { resourceTypeOf } from './subject.js';
export { touchedTypes } from './touched-types.js';
export type { Subject, UnnamedSubject } from './subject.js';
export { EMPTY_TALLY, sumTallies } from './tally.js';
export type { Found, Tally } from './tally.js';
export { partitionListSchema, partitionPath, withoutPath } from './partition.js';
export type { PartitionValues } from './partition.js';
export { mismatchNotices } from './mismatch-notices.js';
export type { TypedTable } from './mismatch-notices.js';
export { tallyNotices } from './tally-notices.js';
export type { ReadTally } from './tally-notices.js';
export { isStepId, shardIndex, shardStepId } from './step.js';
export type { StepId, StepRef } from './step.js';
