export type { Format, FormatOptions, PartEncoder } from './part-encoder.js';
