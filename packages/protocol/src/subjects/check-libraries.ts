import { parseParameters } from '@millrace/fhir';
import type { Canonical, ElementFault, Resource } from '@millrace/fhir';
import { bindingFaults, readContext, readLibrary, resolveDependencies } from '@millrace/sqlquery';
import type { ContextEntry, DependencyFault, ResolvedArtefact, SqlLibrary } from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { MOST_STORED_CHARACTERS, charactersOf } from './stored-characters.js';
import type { BoundValues } from './subject.js';
import { subjectKindOf } from './subject-kind.js';

/** The subjects of a request, and what the request brings along for them. */
export interface AskedLibraries {
  /** In request order; undefined for a subject that was not found. */
  readonly subjects: readonly (ResolvedSubject | undefined)[];
  readonly context: readonly ContextEntry[];
}

export interface CheckedLibraries {
  /** The artefacts that they depend on. */
  readonly artefacts: readonly ResolvedArtefact[];
  /** Characters of the stored ones of these. */
  readonly stored: number;
  readonly faults: readonly Fault[];
  /** A fault for each subject with SQL: this server does not run it. They count where nothing else is wrong. */
  readonly notRun: readonly Fault[];
}

/**
 * Checks the subjects that are Libraries with SQL: their profiles, the values that are bound to them, and that all artefacts
 * are there which they depend on. The SQL itself is not looked at, and the views are left to `checkDependencies`.
 * https://hl7.org/fhir/uv/sql-on-fhir/operations-common.html#context-matching
 */
export async function checkLibraries(
  { subjects, context: entries }: AskedLibraries,
  byCanonical: (canonical: Canonical) => Promise<Resource | undefined>,
  versionsOf?: (url: string) => Promise<readonly string[]>,
): Promise<CheckedLibraries> {
  const read = subjects.map((subject) => (subject === undefined ? undefined : readSubjectLibrary(subject)));
  const faults = read.flatMap((one) => one?.faults ?? []);
  const libraries = read.map((one) => one?.library);
  const context = readContext(entries);
  const dependencies = await resolveDependencies(libraries, context, byCanonical, versionsOf);
  // A subject that is not known may depend on an entry that nothing else does.
  const areKnown = read.every((one) => one !== undefined && one.faults.length === 0);
  const { artefacts } = dependencies;
  return {
    artefacts,
    stored: storedCharacters(artefacts),
    faults: [
      ...faults,
      ...context.faults.map(({ expression, diagnostics }) =>
        invalid(400, `${expression} ${diagnostics}`, expression),
      ),
      ...(areKnown ? context.unused().map(unusedFault) : []),
      ...dependencies.faults.map((fault) => dependencyFault(fault, subjects[fault.subject])),
    ],
    notRun: subjects.flatMap((subject) => (subject === undefined ? [] : notRunFault(subject))),
  };
}

/** No more are counted than a request may have. */
function storedCharacters(artefacts: readonly ResolvedArtefact[]): number {
  let characters = 0;
  for (const { suppliedAs, resource } of artefacts) {
    if (suppliedAs === undefined) characters += charactersOf(resource);
    if (characters > MOST_STORED_CHARACTERS) break;
  }
  return characters;
}

interface ReadSubjectLibrary {
  /** Undefined for a ViewDefinition, and for a Library with faults. */
  readonly library: SqlLibrary | undefined;
  readonly faults: readonly Fault[];
}

function readSubjectLibrary(subject: ResolvedSubject): ReadSubjectLibrary {
  const { values, resource } = subject;
  const kind = subjectKindOf(resource);
  if (kind === undefined) return { library: undefined, faults: [] };
  if (kind === 'ViewDefinition') {
    const why = 'a ViewDefinition has no parameters that values could be bound to';
    return { library: undefined, faults: values === undefined ? [] : [invalid(400, why, values.expression)] };
  }
  const read = readLibrary(resource, kind === 'SQLQuery' ? 'query' : 'view');
  if (read.kind === 'faulty') {
    return { library: undefined, faults: read.faults.map((fault) => elementFault(fault, subject)) };
  }
  return { library: read.library, faults: valueFaults(read.library, values) };
}

function valueFaults({ parameters }: SqlLibrary, values: BoundValues | undefined): readonly Fault[] {
  const at = values?.expression ?? 'parameters';
  const parsed = parseParameters(values?.resource ?? { resourceType: 'Parameters' });
  if (parsed.kind === 'faulty') {
    return parsed.faults.map(({ expression, diagnostics }) =>
      invalid(400, `${expression} ${diagnostics}`, expression.replace(/^Parameters/, at)),
    );
  }
  return bindingFaults(parameters, parsed.parameters.parameter ?? []).map(({ expression, diagnostics }) =>
    invalid(400, diagnostics, values === undefined ? at : `${at}.${expression}`),
  );
}

/** The element is part of the expression only where the Library is part of the request. */
function elementFault({ expression, diagnostics }: ElementFault, { form }: ResolvedSubject): Fault {
  const at = form.expression;
  const element = expression.replace(/^Library/, '');
  const place = at === undefined ? expression : form.kind === 'inline' ? `${at}${element}` : at;
  return invalid(422, `${expression} ${diagnostics}`, place);
}

function unusedFault({ expression }: ContextEntry): Fault {
  return invalid(400, `${expression} is an artefact on which no subject depends`, expression);
}

function dependencyFault(
  { kind, diagnostics, suppliedAs }: DependencyFault,
  subject: ResolvedSubject | undefined,
): Fault {
  const expression = suppliedAs ?? subject?.form.expression;
  switch (kind) {
    case 'missing':
      return { status: 404, code: 'not-found', diagnostics, isOfDependency: true };
    case 'invalid':
    case 'cyclic':
      return invalid(422, diagnostics, expression);
    case 'unusable':
      return { ...invalid(422, diagnostics, expression), code: 'processing' };
    case 'too-many':
      return { ...invalid(422, diagnostics, expression), code: 'too-costly' };
    default:
      return kind satisfies never;
  }
}

function notRunFault({ form, resource }: ResolvedSubject): Fault[] {
  const kind = subjectKindOf(resource);
  if (kind === undefined || kind === 'ViewDefinition') return [];
  const diagnostics = `the subject is an ${kind}, and this server does not run SQL yet: only ViewDefinitions give rows`;
  return [{ status: 400, code: 'not-supported', diagnostics, ...at(form.expression) }];
}

function invalid(status: Fault['status'], diagnostics: string, expression: string | undefined): Fault {
  return { status, code: 'invalid', diagnostics, ...at(expression) };
}

function at(expression: string | undefined): { expression?: string } {
  return expression === undefined ? {} : { expression };
}
