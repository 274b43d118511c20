export { describeJobStore } from './describe-job-store.js';
export { LONG_MS, cut, disk, emptyCut, setStage } from './stage.js';
export type { Stage } from './stage.js';
