export { translateViews } from './translate-views.js';
export type { ScanFormat, Translation } from './translate-views.js';
