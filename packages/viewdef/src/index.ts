export { NumberText } from './cell.js';
export type { Cell, JsonScalar, JsonValue, Row } from './cell.js';
export type { CompiledView, EngineChoice, FhirVersion, ViewColumn, ViewEngine } from './compiled-view.js';
