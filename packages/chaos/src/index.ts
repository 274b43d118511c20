export { FAULTS, faultsOn, isFaultKind, usualFaults } from './schedule/fault-kind.js';
export type { FaultKind } from './schedule/fault-kind.js';
export { planRound } from './schedule/plan-round.js';
export type {
  Cancellation,
  PlannedExport,
  PlannedFault,
  RoundPlan,
  RoundTerms,
} from './schedule/plan-round.js';
export { SINK_KINDS } from './schedule/sink-kind.js';
export type { SinkKind } from './schedule/sink-kind.js';
export { openLine } from './stack/line.js';
export type { Cut, Line, ServerAddress } from './stack/line.js';
