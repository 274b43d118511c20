export { conclude, manifestHead, readManifest } from './conclude.js';
export type { ConcludePorts, Conclusion } from './conclude.js';
