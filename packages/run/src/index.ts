export { BlockTooLargeError, gatherBlocks } from './organize/gather-blocks.js';
export type { BucketPart } from './organize/gather-blocks.js';
export { writeBlocks } from './organize/write-blocks.js';
export { TooManyDeletionsError, findDeletions } from './deletions/find-deletions.js';
export type { FoundDeletions } from './deletions/find-deletions.js';
export { PASSED_OVER } from './deletions/read-deletion.js';
export type { PassedOverEntry } from './deletions/read-deletion.js';
export { SeveralPassesError, planRanges } from './plan/plan-ranges.js';
export { inputsOfContent } from './plan/content-source.js';
export { inputsOf } from './plan/range-inputs.js';
export type { RangeInput, RangeInputs } from './plan/range-inputs.js';
export { InputsNotUnderstoodError } from './plan/survey-notices.js';
export { chooseProvenance } from './provenance/choose-provenance.js';
export type { ChosenProvenance, ProvenanceChoice } from './provenance/choose-provenance.js';
export { PartitionLimitError } from './partitions/errors.js';
export { ProvenanceTooLargeError } from './provenance/errors.js';
export { evaluateRange } from './range/evaluate-range.js';
export type { EvaluationLimits } from './range/evaluation-progress.js';
export { createScans } from './range/open-scans.js';
export { awayFault, finalFault, rangeFault } from './range/range-fault.js';
export type { RangeFault } from './range/range-fault.js';
export type {
  CopyTask,
  CutLimits,
  MalformedLines,
  RangeFilter,
  RangeFrame,
  RangeSummary,
  RangeTask,
} from './range/range-task.js';
export { accepts, createFilter } from './range/resource-filter.js';
export type { ResourceFilter } from './range/resource-filter.js';
export { cohortFault } from './range/cohort-fault.js';
export { MOST_RESOURCE_BYTES } from './range/output-limit.js';
export { rowGroupsOf } from './range/row-groups.js';
export { groupParts } from './join/group-parts.js';
export { joinParts } from './join/join-parts.js';
export { runView } from './run-order.js';
export type { RowSink, RunOrder } from './run-order.js';
export type { RunReport } from './run-report.js';
export { runViews } from './run-views.js';
export { sharedIdSet } from './threads/find-patients.js';
export type { FoundPatients } from './threads/find-patients.js';
export { besideThreads } from './threads/beside-threads.js';
export { createEngineHere } from './threads/engine-here.js';
export { createEnginePool } from './threads/engine-pool.js';
export type { EarlyStart, EnginePool, IdIndexer, PatientFinder } from './threads/engine-pool.js';
export { shareThreads } from './threads/share-threads.js';
export type { RunThreads, SharedThreads } from './threads/share-threads.js';
export { serveEngineThread } from './threads/serve-engine-thread.js';
export { EngineCrashedError, EngineFaultError } from './threads/task-watch.js';
export type { EngineThreadStart } from './threads/thread-messages.js';
export type { ViewFacts } from './threads/view-facts.js';
export type { VersionsTask } from './versions/versions-task.js';
export type { ScanChecks } from '@millrace/scan';
