import type { Notice, UnnamedSubject } from '@millrace/export';
import type { Resource } from '@millrace/fhir';
import { allowsFhirVersion, viewFhirVersions, type FhirVersion } from '@millrace/viewdef';
import type { CheckViews, Target, ViewFault, ViewVerdict } from './check-view.js';
import { quote } from '../errors/errors.js';
import type { Fault } from '../errors/fault.js';
import type { SubjectKind } from '../operations/operation.js';
import { listedNotices } from './listed-notices.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { asViewDefinition, subjectKindOf, wrongType } from './subject-kind.js';

type UnnamedView = Extract<UnnamedSubject, { kind: 'view' }>;

export interface CheckedSubjects {
  /** In request order; undefined for a subject that has a fault. */
  readonly subjects: readonly (UnnamedView | undefined)[];
  readonly faults: readonly Fault[];
  /** How many faults there are beside these. */
  readonly unlisted: number;
  /** Warnings about views that were accepted. */
  readonly notices: readonly Notice[];
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
    faults: checked.flatMap(({ faults }) => faults),
    unlisted: checked.reduce((sum, { unlisted }) => sum + unlisted, 0),
    notices: listedNotices(
      checked.flatMap(({ notices }) => notices),
      checked.reduce((sum, { unnoticed }) => sum + unnoticed, 0),
    ),
  };
}

interface CheckedSubject {
  readonly accepted?: UnnamedView;
  readonly faults: readonly Fault[];
  readonly unlisted: number;
  readonly notices: readonly Notice[];
  /** How many notices there are beside these. */
  readonly unnoticed: number;
}

const NOTHING: CheckedSubject = { faults: [], unlisted: 0, notices: [], unnoticed: 0 };

/** Without a verdict a view must not pass. */
function verdictFrom(verdicts: Iterator<ViewVerdict, unknown>): ViewVerdict {
  const next = verdicts.next();
  if (next.done === true) throw new Error('a view has no verdict');
  return next.value;
}

function checkedView(
  subject: ResolvedSubject,
  view: Resource,
  { fhirVersion }: Target,
  verdict: ViewVerdict,
): CheckedSubject {
  const faults = [...versionFaults(view, fhirVersion), ...verdict.faults];
  if (faults.length > 0) {
    const unlisted = verdict.total - verdict.faults.length;
    return { ...NOTHING, faults: faults.map((fault) => unprocessable(fault, subject)), unlisted };
  }
  const { warnings, warningsTotal } = verdict;
  return {
    ...NOTHING,
    accepted: { kind: 'view', view },
    notices: warnings.map((warning) => ({ kind: 'view', ...placed(warning, subject) })),
    unnoticed: warningsTotal - warnings.length,
  };
}

function versionFaults(view: Resource, source: FhirVersion): readonly ViewFault[] {
  const versions = viewFhirVersions(view);
  if (allowsFhirVersion(versions, source)) return [];
  const diagnostics = `the view is for FHIR ${versions.map(quote).join(', ')}, but the source holds ${source}`;
  return [{ expression: 'fhirVersion', diagnostics }];
}

/**
 * The element is part of the expression only where the view is part of the request; for a stored view the
 * expression is the parameter that names it, and the message says which element.
 */
function placed(
  fault: ViewFault,
  { form, resource }: ResolvedSubject,
): { readonly diagnostics: string; readonly expression: string } {
  const element = fault.expression.replace(/^ViewDefinition\.?/, '');
  const subject = element === '' ? nameOf(resource) : element;
  return { diagnostics: `${subject}: ${fault.diagnostics}`, expression: expressionOf(form, element) };
}

function unprocessable(fault: ViewFault, subject: ResolvedSubject): Fault {
  const code = fault.isTooCostly === true ? 'too-costly' : 'invalid';
  return { status: 422, code, ...placed(fault, subject) };
}

function nameOf({ name }: Resource): string {
  return typeof name === 'string' && name !== '' ? `the view ${quote(name)}` : 'the view';
}

function expressionOf({ kind, expression }: ResolvedSubject['form'], element: string): string {
  if (expression === undefined) return element === '' ? 'ViewDefinition' : `ViewDefinition.${element}`;
  return kind === 'inline' && element !== '' ? `${expression}.${element}` : expression;
}
