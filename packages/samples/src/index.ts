export { bundledViews, sampleDataDir, sampleViewsDir } from './bundled.js';
export type { BundledView } from './bundled.js';
export { countOf, generateSample } from './generate-sample.js';
export { patientsForBytes } from './patients-for-bytes.js';
export { SAMPLE_TYPES } from './resource/seeded.js';
export { writeSample } from './write-sample.js';
