export { createMemoryJobStore } from './memory-job-store.js';
