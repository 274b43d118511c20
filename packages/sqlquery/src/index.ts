export { BINDABLE_TYPES, bindValues } from './bound-values.js';
export { buildLibrary } from './build/build-library.js';
export type { BuiltLibrary } from './build/build-library.js';
export { chooseSql } from './choose-sql.js';
export { nameOfCanonical, readContext } from './context.js';
export type { ContextEntry } from './context.js';
export { resolveDependencies } from './dependencies.js';
export type { DependencyFault, ResolvedArtefact } from './dependencies.js';
export { libraryKindOf } from './library.js';
export type { SqlLibrary } from './library.js';
export { readLibrary } from './read-library.js';
export { sqlGraph } from './sql-graph.js';
export type { GraphArtefact, SqlGraph } from './sql-graph.js';
export { repeatedColumn, tableColumn } from './table-column.js';
export { conceptMapFaults, expansionFaults } from './terminology-faults.js';
export { createDuckDbEngine } from './engine/duckdb/create-duckdb-engine.js';
export type {
  BoundValue,
  SqlColumn,
  SqlEngine,
  SqlFormat,
  SqlLimits,
  SqlPart,
  SqlProgram,
  SqlRunRequest,
} from './engine/sql-engine.js';
export { SqlEngineError, SqlFault } from './engine/sql-fault.js';
export type { SqlFaultKind, SqlPosition } from './engine/sql-fault.js';
export { readExternalTable } from './external/read-external-table.js';
export type { ExternalFile, ExternalFolder } from './external/read-external-table.js';
export { resolveTerminology } from './terminology/resolve-terminology.js';
export type {
  ResolvedTerminology,
  TerminologyLeaf,
  TerminologyRelation,
} from './terminology/resolve-terminology.js';
export type { TerminologyProvenance } from './terminology/provenance.js';
