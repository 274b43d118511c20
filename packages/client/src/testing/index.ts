export { startGuideServer } from './guide-server.js';
export type { GuideScript, GuideServer, ServedFile } from './guide-server.js';
