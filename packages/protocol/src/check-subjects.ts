import type { Resource } from '@millrace/fhir';
import {
  allowsFhirVersion,
  viewFhirVersions,
  ViewDefinitionError,
  type FhirVersion,
} from '@millrace/viewdef';
import type { CheckView, ViewFault } from './check-view.js';
import { quote } from './errors.js';
import type { Fault } from './fault.js';
import type { ExportFormat } from './format.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { asViewDefinition, wrongType } from './view-subject.js';

/** What a subject will be run on. */
export interface Target {
  readonly fhirVersion: FhirVersion;
  readonly format: ExportFormat;
}

export type CheckedSubject = { readonly view: Resource } | { readonly faults: readonly Fault[] };

/** Whether a resolved subject is a ViewDefinition that can be run over this source. */
export function checkSubject(subject: ResolvedSubject, target: Target, checkView: CheckView): CheckedSubject {
  const { form, resource } = subject;
  const view = asViewDefinition(resource);
  if (view === undefined) return { faults: [wrongType(resource.resourceType, form.expression)] };
  const faults = [...versionFaults(view, target.fhirVersion), ...compileFaults(view, target, checkView)];
  return faults.length === 0 ? { view } : { faults: faults.map((fault) => unprocessable(fault, subject)) };
}

function versionFaults(view: Resource, source: FhirVersion): readonly ViewFault[] {
  const versions = viewFhirVersions(view);
  if (allowsFhirVersion(versions, source)) return [];
  const diagnostics = `the view is for FHIR ${versions.map(quote).join(', ')}, but the source holds ${source}`;
  return [{ expression: 'fhirVersion', diagnostics }];
}

function compileFaults(view: Resource, target: Target, checkView: CheckView): readonly ViewFault[] {
  try {
    checkView(view, target);
    return [];
  } catch (error) {
    if (error instanceof ViewDefinitionError) return error.issues;
    throw error;
  }
}

/**
 * The element is part of the expression only where the view is part of the request; for a stored view the
 * expression is the parameter that names it, and the message says which element.
 */
function unprocessable(fault: ViewFault, { form }: ResolvedSubject): Fault {
  const element = fault.expression.replace(/^ViewDefinition\.?/, '');
  const diagnostics = element === '' ? fault.diagnostics : `${element}: ${fault.diagnostics}`;
  return { status: 422, code: 'invalid', diagnostics, expression: expressionOf(form, element) };
}

function expressionOf({ kind, expression }: ResolvedSubject['form'], element: string): string {
  if (expression === undefined) return element === '' ? 'ViewDefinition' : `ViewDefinition.${element}`;
  return kind === 'inline' && element !== '' ? `${expression}.${element}` : expression;
}
