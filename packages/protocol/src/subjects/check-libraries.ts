import { parseParameters } from '@millrace/fhir';
import type { Canonical, ElementFault, Resource } from '@millrace/fhir';
import { bindValues, chooseSql, readContext, readLibrary, resolveDependencies } from '@millrace/sqlquery';
import type {
  BoundValue,
  ContextEntry,
  DependencyFault,
  ResolvedArtefact,
  SqlLibrary,
} from '@millrace/sqlquery';
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

/** A subject that is a Library with SQL, and has no fault itself. */
export interface SqlSubject {
  readonly library: SqlLibrary;
  readonly values: readonly BoundValue[];
}

export interface CheckedLibraries {
  /** In request order; undefined for a subject without SQL, and for one with a fault. */
  readonly subjects: readonly (SqlSubject | undefined)[];
  /** The artefacts that they depend on. */
  readonly artefacts: readonly ResolvedArtefact[];
  /** Characters of the stored ones of these. */
  readonly stored: number;
  readonly faults: readonly Fault[];
  /** What is wrong with the artefacts, or with their absence. */
  readonly dependencyFaults: readonly DependencyFault[];
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
  const values = read.map((one) => (one?.faults.length === 0 ? one.values : undefined));
  const context = readContext(entries);
  const dependencies = await resolveDependencies(libraries, context, byCanonical, versionsOf);
  // A subject that is not known may depend on an entry that nothing else does.
  const areKnown = read.every((one) => one !== undefined && one.faults.length === 0);
  const { artefacts } = dependencies;
  return {
    subjects: libraries.map((library, at) => {
      const bound = values[at];
      return library === undefined || bound === undefined ? undefined : { library, values: bound };
    }),
    artefacts,
    stored: storedCharacters(artefacts),
    faults: [
      ...faults,
      ...context.faults.map(({ expression, diagnostics }) =>
        invalid(400, `${expression} ${diagnostics}`, expression),
      ),
      ...(areKnown ? context.unused().map(unusedFault) : []),
    ],
    dependencyFaults: dependencies.faults,
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
  readonly values: readonly BoundValue[];
  readonly faults: readonly Fault[];
}

const NO_LIBRARY = { library: undefined, values: [] };

function readSubjectLibrary(subject: ResolvedSubject): ReadSubjectLibrary {
  const { values, resource } = subject;
  const kind = subjectKindOf(resource);
  if (kind === undefined) return { ...NO_LIBRARY, faults: [] };
  if (kind === 'ViewDefinition') {
    const why = 'a ViewDefinition has no parameters that values could be bound to';
    return { ...NO_LIBRARY, faults: values === undefined ? [] : [invalid(400, why, values.expression)] };
  }
  const read = readLibrary(resource, kind === 'SQLQuery' ? 'query' : 'view');
  if (read.kind === 'faulty') {
    return { ...NO_LIBRARY, faults: read.faults.map((fault) => elementFault(fault, subject)) };
  }
  const { library } = read;
  const chosen = chooseSql(library);
  const bound = readValues(library, values);
  return {
    library,
    values: bound.values,
    faults: [...('sql' in chosen ? [] : [elementFault(chosen, subject)]), ...bound.faults],
  };
}

function readValues(
  { parameters }: SqlLibrary,
  values: BoundValues | undefined,
): Pick<ReadSubjectLibrary, 'values' | 'faults'> {
  const at = values?.expression ?? 'parameters';
  const parsed = parseParameters(values?.resource ?? { resourceType: 'Parameters' });
  if (parsed.kind === 'faulty') {
    const faults = parsed.faults.map(({ expression, diagnostics }) =>
      invalid(400, `${expression} ${diagnostics}`, expression.replace(/^Parameters/, at)),
    );
    return { values: [], faults };
  }
  const bound = bindValues(parameters, parsed.parameters.parameter ?? []);
  const faults = bound.faults.map(({ expression, diagnostics }) =>
    invalid(400, diagnostics, values === undefined ? at : `${at}.${expression}`),
  );
  return { values: bound.values, faults };
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

export function faultOfDependency(
  { kind, diagnostics, suppliedAs, subject }: DependencyFault,
  subjects: AskedLibraries['subjects'],
): Fault {
  const expression = suppliedAs ?? subjects[subject]?.form.expression;
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

function invalid(status: Fault['status'], diagnostics: string, expression: string | undefined): Fault {
  return { status, code: 'invalid', diagnostics, ...at(expression) };
}

function at(expression: string | undefined): { expression?: string } {
  return expression === undefined ? {} : { expression };
}
