export { openLine } from './stack/line.js';
export type { Line } from './stack/line.js';
