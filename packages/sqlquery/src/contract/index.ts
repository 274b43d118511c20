export { describeSqlEngine } from './sql-engine-contract.js';
export type { EngineUnderTest, FixtureColumn } from './sql-engine-contract.js';
