export type { LeaseTerms } from './lease/lease-keeper.js';
export { outcomePorts, tracedOutcomes } from './outcome-ports.js';
export type { ExecutionPorts } from './ports.js';
export { processStep } from './steps/process-step.js';
export { proposePlan } from './steps/propose-plan.js';
export { createShutdown } from './steps/shutdown.js';
export { stepFault } from './steps/step-fault.js';
