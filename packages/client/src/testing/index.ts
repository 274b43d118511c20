export type { GuideScript, ServedFile } from './guide-script.js';
export { startGuideServer } from './guide-server.js';
export type { GuideServer } from './guide-server.js';
