export { describeDecline } from './declined.js';
export type { Decline } from './declined.js';
export { translatePass } from './translate-pass.js';
export { translateViews } from './translate-views.js';
export type { ScanFormat } from './translate-views.js';
