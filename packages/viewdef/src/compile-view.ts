import type { OwnBases } from '@millrace/fhir';
import type { CompiledView, EngineChoice, FhirVersion } from './compiled-view.js';
import { checkView } from './checks/check-view.js';
import { isRefused } from './checks/handling.js';
import type { Handling } from './checks/handling.js';
import { generateEvaluator } from './codegen/evaluator.js';
import { readConstants } from './definition/constants.js';
import { readDefinition } from './definition/read-definition.js';
import { ViewDefinitionError } from './errors.js';
import { createExternalPaths } from './fhirpath-tier/external-path.js';
import { numberKeysOf } from './ir/number-keys.js';
import { planView } from './ir/plan-view.js';
import { outsidePathsOf, withoutExpressions } from './ir/view-paths.js';
import { fhirModel } from './model/fhir-model.js';

export interface CompileOptions {
  /** `auto` by default: generated code, and fhirpath.js for paths that generated code does not cover. */
  readonly engine?: EngineChoice;
  /** Version of the data; `R4` by default. */
  readonly fhirVersion?: FhirVersion;
  /** FHIR base URLs of the data: absolute references have keys behind these only. None by default. */
  readonly bases?: OwnBases;
  /**
   * Checks the view for likely mistakes, for code that accepts a view: `strict` refuses them, `lenient`
   * warns. Absent for a view that was accepted before: it is never refused again.
   */
  readonly checks?: Handling;
  /** Is told the number of each path that fhirpath.js evaluates, before it does, and -1 after it. */
  readonly onPath?: (number: number) => void;
}

/**
 * Checks a ViewDefinition completely and compiles it.
 *
 * @throws ViewDefinitionError with every fault that was found.
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition.html
 */
export function compileView(resource: unknown, options: CompileOptions = {}): CompiledView {
  const { engine = 'auto', fhirVersion = 'R4', bases = [] } = options;
  const read = readDefinition(resource);
  if ('issues' in read) throw new ViewDefinitionError(read.issues);
  const model = fhirModel(fhirVersion);
  const { constants, standIns, issues: constantIssues } = readConstants(read.view.constant ?? []);
  const known = new Map([...standIns, ...constants]);
  const { plan: covered, issues, paths } = planView(read.view, known, model, bases);
  const faults = [...constantIssues, ...issues];
  const faulty = new Set(faults.map(({ expression }) => expression));
  const found = options.checks === undefined ? [] : checkView({ view: read.view, constants, model, paths });
  // A faulty view is reported once.
  const doubts = found.filter(({ expression }) => !faulty.has(expression));
  const refused = [...faults, ...doubts].filter((issue) => isRefused(issue, options.checks));
  const warned = options.checks === undefined ? [] : faults;
  if (refused.length > 0) throw new ViewDefinitionError(refused);

  const plan = engine === 'fhirpath' ? withoutExpressions(covered) : covered;
  const { evaluate, pathColumns } = generateEvaluator(
    plan,
    createExternalPaths(model, constants, bases, options.onPath),
  );
  const numberKeys = numberKeysOf(plan);
  return {
    name: read.view.name,
    resource: plan.resource,
    columns: plan.columns,
    engine: {
      tier: engine === 'fhirpath' ? 'fhirpath' : 'codegen',
      outside: outsidePathsOf(covered),
    },
    warnings: [...warned, ...doubts],
    plan,
    numberKeys,
    pathColumns,
    evaluate,
  };
}
