export { keepLease } from './lease/lease-keeper.js';
export type { KeptLease, LeaseTerms } from './lease/lease-keeper.js';
export { outcomePorts } from './outcome-ports.js';
export type { ExecutionPorts, ExecutionSettings } from './ports.js';
export { processStep } from './steps/process-step.js';
export type { Delivery } from './steps/process-step.js';
export { proposePlan } from './steps/propose-plan.js';
export { stepFault } from './steps/step-fault.js';
