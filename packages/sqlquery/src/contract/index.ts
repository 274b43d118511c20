export { describeSqlEngine } from './sql-engine-contract.js';
export type { FixtureColumn } from './sql-engine-contract.js';
