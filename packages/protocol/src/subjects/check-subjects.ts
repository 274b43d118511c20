import type { Notice, UnnamedSubject } from '@millrace/export';
import type { Resource } from '@millrace/fhir';
import type { CheckViews, Target, ViewFault, ViewVerdict } from './check-view.js';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { SubjectKind } from '../operations/operation.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { asViewDefinition, subjectKindOf, wrongType } from './subject-kind.js';
import { elementOf, faultsOfView, unprocessable, verdictFrom } from './view-verdicts.js';

type UnnamedView = Extract<UnnamedSubject, { kind: 'view' }>;

export interface CheckedSubjects {
  /** In request order; undefined for a subject that has a fault. */
  readonly subjects: readonly (UnnamedView | undefined)[];
  /** In request order, where the target asks for them: those of accepted views. */
  readonly columns: readonly (ViewVerdict['columns'] | undefined)[];
  readonly faults: readonly Fault[];
  /** How many faults there are beside these. */
  readonly unlisted: number;
  /** Warnings about views that were accepted. */
  readonly notices: readonly Notice[];
  /** How many there are beside these. */
  readonly unnoticed: number;
}

/**
 * Which resolved subjects are ViewDefinitions that can be run over this source. All of them are compiled together. Libraries
 * are left to `checkLibraries`, and resources of other kinds are faults.
 */
export async function checkSubjects(
  subjects: readonly (ResolvedSubject | undefined)[],
  kinds: readonly SubjectKind[],
  target: Target,
  checkViews: CheckViews,
): Promise<CheckedSubjects> {
  const kindOf = ({ resource }: ResolvedSubject): SubjectKind | undefined => {
    const kind = subjectKindOf(resource);
    return kind !== undefined && kinds.includes(kind) ? kind : undefined;
  };
  const candidates = subjects.map((subject) =>
    subject !== undefined && kindOf(subject) === 'ViewDefinition'
      ? asViewDefinition(subject.resource)
      : undefined,
  );
  const verdicts = await checkViews(
    candidates.filter((view) => view !== undefined),
    target,
  );
  const inOrder = verdicts.values();
  const checked = subjects.map((subject, index) => {
    if (subject === undefined) return NOTHING;
    const view = candidates[index];
    if (view !== undefined) return checkedView(subject, view, target, verdictFrom(inOrder));
    if (kindOf(subject) !== undefined) return NOTHING;
    const type = subjectKindOf(subject.resource) ?? subject.resource.resourceType;
    return { ...NOTHING, faults: [wrongType(type, subject.form.expression, kinds)] };
  });
  return {
    subjects: checked.map(({ accepted }) => accepted),
    columns: checked.map(({ columns }) => columns),
    faults: checked.flatMap(({ faults }) => faults),
    unlisted: checked.reduce((sum, { unlisted }) => sum + unlisted, 0),
    notices: checked.flatMap(({ notices }) => notices),
    unnoticed: checked.reduce((sum, { unnoticed }) => sum + unnoticed, 0),
  };
}

interface CheckedSubject {
  readonly accepted?: UnnamedView;
  readonly columns?: ViewVerdict['columns'] | undefined;
  readonly faults: readonly Fault[];
  readonly unlisted: number;
  readonly notices: readonly Notice[];
  /** How many notices there are beside these. */
  readonly unnoticed: number;
}

const NOTHING: CheckedSubject = { faults: [], unlisted: 0, notices: [], unnoticed: 0 };

function checkedView(
  subject: ResolvedSubject,
  view: Resource,
  { fhirVersion }: Target,
  verdict: ViewVerdict,
): CheckedSubject {
  const { faults, unlisted } = faultsOfView(view, fhirVersion, verdict);
  if (faults.length > 0) {
    return {
      ...NOTHING,
      faults: faults.map((fault) => unprocessable(fault, placed(fault, subject))),
      unlisted,
    };
  }
  const { warnings, warningsTotal } = verdict;
  return {
    ...NOTHING,
    accepted: { kind: 'view', view },
    columns: verdict.columns,
    notices: warnings.map((warning) => ({ kind: 'view', ...placed(warning, subject) })),
    unnoticed: warningsTotal - warnings.length,
  };
}

/**
 * The element is part of the expression only where the view is part of the request; for a stored view the
 * expression is the parameter that names it, and the message says which element.
 */
function placed(
  fault: ViewFault,
  { form, resource }: ResolvedSubject,
): { readonly diagnostics: string; readonly expression: string } {
  const element = elementOf(fault);
  const subject = element === '' ? nameOf(resource) : element;
  return { diagnostics: `${subject}: ${fault.diagnostics}`, expression: expressionOf(form, element) };
}

function nameOf({ name }: Resource): string {
  return typeof name === 'string' && name !== '' ? `the view ${quote(name)}` : 'the view';
}

function expressionOf({ kind, expression }: ResolvedSubject['form'], element: string): string {
  if (expression === undefined) return element === '' ? 'ViewDefinition' : `ViewDefinition.${element}`;
  return kind === 'inline' && element !== '' ? `${expression}.${element}` : expression;
}
