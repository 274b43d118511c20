import { nameOfCanonical } from '@millrace/sqlquery';
import type { ResolvedArtefact } from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import type { CheckViews, Target, ViewFault } from './check-view.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { asViewDefinition } from './subject-kind.js';
import { elementOf, faultsOfView, unprocessable, verdictFrom } from './view-verdicts.js';

export interface CheckedDependencies {
  readonly faults: readonly Fault[];
  /** How many faults there are beside these. */
  readonly unlisted: number;
}

/** Compiles the views that SQL depends on, all together. Their columns are tables for SQL and may be of any type. */
export async function checkDependencies(
  artefacts: readonly ResolvedArtefact[],
  subjects: readonly (ResolvedSubject | undefined)[],
  { fhirVersion, handling }: Omit<Target, 'format'>,
  checkViews: CheckViews,
): Promise<CheckedDependencies> {
  const views = artefacts
    .filter(({ kind }) => kind === 'ViewDefinition')
    .map((artefact) => ({ artefact, view: asViewDefinition(artefact.resource) }));
  if (views.length === 0) return { faults: [], unlisted: 0 };
  const target = { fhirVersion, handling, format: undefined };
  const verdicts = (
    await checkViews(
      views.map(({ view }) => view),
      target,
    )
  ).values();
  const checked = views.map(({ artefact, view }) => {
    const { faults, unlisted } = faultsOfView(view, fhirVersion, verdictFrom(verdicts));
    const expression = subjects[artefact.subject]?.form.expression;
    return {
      faults: faults.map((fault) => unprocessable(fault, placed(fault, artefact, expression))),
      unlisted: faults.length === 0 ? 0 : unlisted,
    };
  });
  return {
    faults: checked.flatMap(({ faults }) => faults),
    unlisted: checked.reduce((sum, { unlisted }) => sum + unlisted, 0),
  };
}

/**
 * The element is part of the expression only where the view is part of the request; for a stored view the expression is the
 * subject that needs it. The message names the dependency.
 *
 * @param subject expression of that subject; undefined where the URL names it
 */
function placed(
  fault: ViewFault,
  { canonical, suppliedAs }: ResolvedArtefact,
  subject: string | undefined,
): { readonly diagnostics: string; readonly expression?: string } {
  const element = elementOf(fault);
  const where = element === '' ? '' : `${element}: `;
  const diagnostics = `the dependency ${nameOfCanonical(canonical)}: ${where}${fault.diagnostics}`;
  if (suppliedAs === undefined)
    return { diagnostics, ...(subject === undefined ? {} : { expression: subject }) };
  return { diagnostics, expression: element === '' ? suppliedAs : `${suppliedAs}.${element}` };
}
