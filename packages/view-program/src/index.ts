export type { FilterPlan } from './translate-filter.js';
export { translateViews } from './translate-views.js';
export type { ScanFormat, Translation } from './translate-views.js';
