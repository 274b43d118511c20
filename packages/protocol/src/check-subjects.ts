import type { Resource } from '@millrace/fhir';
import type { FhirVersion } from '@millrace/viewdef';
import { z } from 'zod';
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

// https://hl7.org/fhir/valueset-FHIR-version.html
const VERSION_PREFIX: Readonly<Record<FhirVersion, string>> = { R4: '4.0', R5: '5.0' };

function versionFaults(view: Resource, source: FhirVersion): readonly ViewFault[] {
  const { fhirVersion } = view;
  const allowed = z.array(z.string()).min(1).safeParse(fhirVersion);
  const prefix = VERSION_PREFIX[source];
  const fits = (version: string): boolean => version === prefix || version.startsWith(`${prefix}.`);
  if (!allowed.success || allowed.data.some(fits)) return [];
  return [
    {
      expression: 'fhirVersion',
      diagnostics: `the view is for FHIR ${allowed.data.map(quote).join(', ')}; the source holds ${source} (${prefix})`,
    },
  ];
}

const compileErrorSchema = z.object({
  issues: z.array(z.object({ expression: z.string(), diagnostics: z.string() })).min(1),
});

function compileFaults(view: Resource, target: Target, checkView: CheckView): readonly ViewFault[] {
  try {
    checkView(view, target);
    return [];
  } catch (error) {
    const known = compileErrorSchema.safeParse(error);
    if (!(error instanceof Error) || !known.success) throw error;
    return known.data.issues;
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
