import type { CompiledView, EngineChoice, FhirVersion } from './compiled-view.js';
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
  /** `auto` by default: generated code, and fhirpath.js for what that does not cover. */
  readonly engine?: EngineChoice;
  /** Version of the data; `R4` by default. */
  readonly fhirVersion?: FhirVersion;
  /**
   * True where an export was accepted with the view: dates and times in it that cannot be, such as 30 February, are no
   * faults, because a check binds when it is made. They are comparable with nothing, as in data.
   */
  readonly accepted?: boolean;
}

/**
 * Checks a ViewDefinition completely and compiles it.
 *
 * @throws ViewDefinitionError with every fault that was found.
 * @see https://build.fhir.org/ig/HL7/sql-on-fhir/StructureDefinition-ViewDefinition.html
 */
export function compileView(resource: unknown, options: CompileOptions = {}): CompiledView {
  const { engine = 'auto', fhirVersion = 'R4', accepted = false } = options;
  const read = readDefinition(resource);
  if ('issues' in read) throw new ViewDefinitionError(read.issues);
  const model = fhirModel(fhirVersion);
  const { constants, issues: constantIssues } = readConstants(read.view.constant ?? []);
  const { plan: covered, issues: pathIssues } = planView(read.view, constants, model);
  const issues = [...constantIssues, ...pathIssues].filter(({ kind }) => !(accepted && kind === 'moment'));
  if (issues.length > 0) throw new ViewDefinitionError(issues);

  const plan = engine === 'fhirpath' ? withoutExpressions(covered) : covered;
  const { evaluate } = generateEvaluator(plan, createExternalPaths(model.tables, constants));
  const numberKeys = numberKeysOf(plan);
  return {
    name: read.view.name,
    resource: plan.resource,
    columns: plan.columns,
    engine: {
      tier: engine === 'fhirpath' ? 'fhirpath' : 'codegen',
      outside: outsidePathsOf(covered),
    },
    plan,
    numberKeys,
    evaluate,
  };
}
