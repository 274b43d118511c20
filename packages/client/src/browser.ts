// The names that need no file system are listed once for both entries.
export * from './anywhere.js';
export { connectAnywhere as connect } from './connect-anywhere.js';
