export { createMemorySink } from './memory-sink.js';
export { createMemorySource } from './memory-source.js';
