export { describeDecline } from './declined.js';
export type { Decline } from './declined.js';
export { translatePass } from './translate-pass.js';
export type { PassTranslation } from './translate-pass.js';
export type { FilterPlan } from './translate-filter.js';
export { translateViews } from './translate-views.js';
export type { ScanFormat, Translation } from './translate-views.js';
