import type { ExportOrder, Notice, UnnamedSubject } from '@millrace/export';
import type { ContextEntry, DependencyFault, ResolvedArtefact, SqlEngine } from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import { checkDependencies } from './check-dependencies.js';
import { checkLibraries, faultOfDependency } from './check-libraries.js';
import { checkSql } from './check-sql.js';
import type { CheckedSql } from './check-sql.js';
import { checkSubjects } from './check-subjects.js';
import type { CheckViews, Target, ViewVerdict } from './check-view.js';
import type { DefinitionResolver } from './definition-resolver.js';
import { listedNotices } from './listed-notices.js';
import { resolveSubjects } from './resolve-subjects.js';
import type { AskedFor, ResolvedSubject } from './resolve-subjects.js';
import type { ReadAccess } from '../selection/read-access.js';
import { MOST_STORED_CHARACTERS, tooMuchStored } from './stored-characters.js';
import { subjectKindOf } from './subject-kind.js';
import type { ResolveTerminology, TerminologyLeaf } from './terminology.js';

/** The checks for the SQL of a request. */
export interface SqlChecks {
  readonly analyse: SqlEngine['analyse'];
  /** Absent where SQL cannot depend on value sets and concept maps. */
  readonly terminology?: ResolveTerminology;
}

/** The checks and limits for the artefacts of a request. */
export interface ArtefactChecks {
  /** Public FHIR base. */
  readonly baseUrl: string;
  readonly definitions: DefinitionResolver;
  readonly checkViews: CheckViews;
  /** Absent where SQL does not run: it is checked as far as that goes without it, and then refused. */
  readonly sql?: SqlChecks;
  /** Waits until there is room for copies of stored artefacts with this many characters. @throws BusyError */
  readonly takeRoom: (characters: number) => Promise<void>;
  readonly access: ReadAccess;
}

export interface CheckedArtefacts {
  /** In request order; undefined for a subject that was not found. */
  readonly resolved: readonly (ResolvedSubject | undefined)[];
  /** In request order; undefined for a subject that has a fault, or whose SQL is not run. */
  readonly accepted: readonly (AcceptedSubject | undefined)[];
  /** In request order, where the target asks for them: those of views without a fault. */
  readonly columns: readonly (ViewVerdict['columns'] | undefined)[];
  /** What the SQL among them selects from. */
  readonly sql: Pick<ExportOrder, 'sql' | 'files'>;
  readonly faults: readonly Fault[];
  /** How many faults there are beside these. */
  readonly unlisted: number;
  /** A fault for each subject with SQL that this server does not run. They count where nothing else is wrong. */
  readonly notRun: readonly Fault[];
  /** Warnings about views that were accepted. */
  readonly notices: readonly Notice[];
}

export type AcceptedSubject = Extract<UnnamedSubject, { kind: 'view' | 'sql' }>;

/** The subjects that a request asks for, and what it brings along for them. */
export interface AskedArtefacts extends AskedFor {
  readonly context: readonly ContextEntry[];
}

const NO_SQL: CheckedSql = { accepted: [], relations: undefined, files: [], faults: [] };

/**
 * Finds all artefacts that a request names or depends on, and checks them. Views are compiled once all of them are found, and
 * SQL is analysed once the columns of all that it selects from are known. The client may read what the views read.
 *
 * @param isSound whether the rest of the request has no fault: a terminology server is asked only then
 * @throws SqlEngineError, BusyError; what the ports and the access reject with passes through
 */
export async function checkArtefacts(
  asked: AskedArtefacts,
  target: Target & { readonly format: NonNullable<Target['format']> },
  { baseUrl, definitions, checkViews, takeRoom, access, sql }: ArtefactChecks,
  isSound: boolean,
): Promise<CheckedArtefacts> {
  const { subjects, byCanonical, stored, faults } = await resolveSubjects(asked, definitions, baseUrl);
  const libraries = await checkLibraries(
    { subjects, context: asked.context },
    byCanonical,
    (url) => definitions.versionsOf?.(url) ?? Promise.resolve([]),
  );
  access.require([
    ...typesOfViews([...subjects, ...libraries.artefacts]),
    ...storedTerminology(libraries.artefacts),
  ]);
  const isTooMuch = stored + libraries.stored > MOST_STORED_CHARACTERS;
  const artefacts = isTooMuch ? [] : libraries.artefacts;
  await takeRoom(isTooMuch ? stored : stored + libraries.stored);
  const checked = await checkSubjects(subjects, asked.operation.subject.kinds, target, checkViews);
  const dependencies = await checkDependencies(artefacts, subjects, target, checkViews);
  const mayBeElsewhere = (fault: DependencyFault): boolean =>
    sql?.terminology !== undefined && fault.kind === 'missing' && fault.canonical !== undefined;
  const early = [
    ...faults,
    ...checked.faults,
    ...libraries.faults,
    ...libraries.dependencyFaults
      .filter((fault) => !mayBeElsewhere(fault))
      .map((fault) => faultOfDependency(fault, subjects)),
    ...(isTooMuch ? [tooMuchStored(undefined)] : []),
    ...dependencies.faults,
  ];
  const absent = libraries.dependencyFaults.filter(mayBeElsewhere);
  const asksTerminology = isSound && early.length === 0;
  const terminology =
    sql?.terminology !== undefined && asksTerminology
      ? await sql.terminology(leavesOf(artefacts, absent))
      : { relations: [], faults: absent };
  const late = terminology.faults.map((fault) => faultOfDependency(fault, subjects));
  const ofSql =
    sql === undefined || isTooMuch || libraries.subjects.every((one) => one === undefined)
      ? NO_SQL
      : await checkSql(
          {
            subjects,
            libraries: libraries.subjects,
            artefacts,
            columns: dependencies.columns,
            terminology: terminology.relations,
            format: target.format,
          },
          sql.analyse,
        );
  const { relations, files } = ofSql;
  return {
    resolved: subjects,
    accepted: subjects.map((_, at) => checked.subjects[at] ?? ofSql.accepted[at]),
    columns: checked.columns,
    sql: {
      ...(relations === undefined ? {} : { sql: relations }),
      ...(files.length === 0 ? {} : { files }),
    },
    faults: [...early, ...late, ...ofSql.faults],
    unlisted: checked.unlisted + dependencies.unlisted,
    notRun: notRunFaults(subjects, artefacts, sql),
    notices: listedNotices(
      [
        ...checked.notices,
        ...dependencies.warnings.map((warning) => ({ kind: 'view', ...warning }) as const),
      ],
      checked.unnoticed + dependencies.unnoticed,
    ),
  };
}

/** The types of the stored value sets and concept maps whose rows SQL reads. */
function storedTerminology(artefacts: readonly ResolvedArtefact[]): readonly string[] {
  return artefacts.flatMap(({ kind, suppliedAs }) =>
    suppliedAs === undefined && (kind === 'ValueSet' || kind === 'ConceptMap') ? [kind] : [],
  );
}

function leavesOf(
  artefacts: readonly ResolvedArtefact[],
  absent: readonly DependencyFault[],
): readonly TerminologyLeaf[] {
  return [
    ...artefacts
      .filter(({ kind }) => kind === 'ValueSet' || kind === 'ConceptMap')
      .map(({ canonical, resource, suppliedAs, subject }) => ({ canonical, resource, suppliedAs, subject })),
    ...absent.flatMap(({ canonical, subject }) =>
      canonical === undefined ? [] : [{ canonical, resource: undefined, suppliedAs: undefined, subject }],
    ),
  ];
}

function notRunFaults(
  subjects: CheckedArtefacts['resolved'],
  artefacts: readonly ResolvedArtefact[],
  sql: SqlChecks | undefined,
): readonly Fault[] {
  if (sql === undefined) {
    return subjects.flatMap((subject): Fault[] => {
      const kind = subject === undefined ? undefined : subjectKindOf(subject.resource);
      if (subject === undefined || kind === undefined || kind === 'ViewDefinition') return [];
      return [
        notSupported(`the subject is an ${kind}, and this server does not run SQL`, subject.form.expression),
      ];
    });
  }
  if (sql.terminology !== undefined) return [];
  return artefacts
    .filter(({ kind }) => kind === 'ValueSet' || kind === 'ConceptMap')
    .map(({ kind, suppliedAs, subject }) =>
      notSupported(
        `SQL of this server does not select from a ${kind}`,
        suppliedAs ?? subjects[subject]?.form.expression,
      ),
    );
}

function notSupported(diagnostics: string, expression: string | undefined): Fault {
  return {
    status: 400,
    code: 'not-supported',
    diagnostics,
    ...(expression === undefined ? {} : { expression }),
  };
}

/** The resource types of all views among artefacts. A view that names none is refused later. */
function typesOfViews(
  artefacts: readonly (Pick<ResolvedSubject, 'resource'> | undefined)[],
): readonly string[] {
  return artefacts.flatMap((artefact) => {
    if (artefact === undefined || subjectKindOf(artefact.resource) !== 'ViewDefinition') return [];
    const type = artefact.resource['resource'];
    return typeof type === 'string' ? [type] : [];
  });
}
