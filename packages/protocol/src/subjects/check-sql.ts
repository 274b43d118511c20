import { programOf } from '@millrace/export';
import type { ExportOrder, UnnamedSubject } from '@millrace/export';
import { canonicalText } from '@millrace/fhir';
import type { Canonical } from '@millrace/fhir';
import { SqlFault, sqlGraph } from '@millrace/sqlquery';
import type {
  GraphArtefact,
  ResolvedArtefact,
  SqlColumn,
  SqlEngine,
  SqlGraph,
  SqlProgram,
} from '@millrace/sqlquery';
import type { Fault } from '../errors/fault.js';
import type { RunFormat } from '../outputs/format.js';
import type { SqlSubject } from './check-libraries.js';
import type { ResolvedSubject } from './resolve-subjects.js';
import { faultOfSql } from './sql-fault.js';
import { asViewDefinition } from './subject-kind.js';
import type { ExternalTable, TerminologyTable } from './terminology.js';

type UnnamedSql = Extract<UnnamedSubject, { kind: 'sql' }>;
type SqlRelations = NonNullable<ExportOrder['sql']>;

/** The SQL of a request, as far as it has no fault. */
export interface FoundSql {
  /** In request order; undefined for a subject that was not found. */
  readonly subjects: readonly (ResolvedSubject | undefined)[];
  /** In request order; undefined for a subject without SQL, and for one with a fault. */
  readonly libraries: readonly (SqlSubject | undefined)[];
  readonly artefacts: readonly ResolvedArtefact[];
  /** Of the views without faults. */
  readonly columns: ReadonlyMap<ResolvedArtefact, readonly SqlColumn[]>;
  readonly terminology: readonly (TerminologyTable | ExternalTable)[];
  readonly format: RunFormat;
}

export interface CheckedSql {
  /** In request order; undefined for a subject without SQL, and for one that has a fault or depends on one. */
  readonly accepted: readonly (UnnamedSql | undefined)[];
  /** All that they select from; undefined where there are none of them. */
  readonly relations: SqlRelations | undefined;
  /** The rows of terminology, as Parquet, by the id of their table. */
  readonly files: NonNullable<ExportOrder['files']>;
  readonly faults: readonly Fault[];
}

/** For all SQL of one request, without the time for which it waits. */
const ANALYSIS_MS = 10_000;
/** An analysis that ends at a limit counts as this. */
const COSTLY_MS = 5_000;

/**
 * Lays out the SQL of a request, and has each subject analysed against the columns that it will find, without data.
 *
 * @throws SqlEngineError, BusyError
 */
export async function checkSql(found: FoundSql, analyse: SqlEngine['analyse']): Promise<CheckedSql> {
  const { subjects, libraries } = found;
  const graph = sqlGraph(
    libraries.map((library) => library?.library),
    artefactsOf(found),
  );
  const { relations, files } = relationsOf(graph, found);
  const faults: (Fault | undefined)[] = subjects.map(() => undefined);
  const accepted: (UnnamedSql | undefined)[] = subjects.map(() => undefined);
  let leftMs = ANALYSIS_MS;
  for (const [at, subject] of subjects.entries()) {
    const [query, library] = [graph.queries[at], libraries[at]];
    if (subject === undefined || query === undefined || library === undefined) continue;
    if (leftMs <= 0) {
      faults[at] = overdue(subject);
      continue;
    }
    const { sql, names } = query;
    const asked = { query: { sql, names }, values: [...library.values] };
    try {
      const options = { format: found.format, milliseconds: leftMs };
      const { columns, milliseconds } = await analyse(plainProgram(relations, asked), options);
      leftMs -= milliseconds;
      accepted[at] = { kind: 'sql', ...named(subject), ...asked, columns: [...columns] };
    } catch (error) {
      if (!(error instanceof SqlFault)) throw error;
      faults[at] = faultOfSql(error, subject, { query, views: graph.views });
      if (error.kind === 'too-costly') leftMs -= COSTLY_MS;
    }
  }
  const isUsed = accepted.some((subject) => subject !== undefined);
  return {
    accepted,
    relations: isUsed ? relations : undefined,
    files: isUsed ? files : [],
    faults: faults.filter((fault) => fault !== undefined),
  };
}

/** Those whose columns are known: a subject that needs another one is not looked at. */
function artefactsOf({ artefacts, columns, terminology }: FoundSql): readonly GraphArtefact[] {
  const resolved = new Map(artefacts.map((artefact) => [canonicalText(artefact.canonical), artefact]));
  return [
    ...artefacts.filter((artefact) => artefact.kind === 'SQLView' || columns.has(artefact)),
    ...terminology.map(({ canonical, kind }) => {
      const { resource, suppliedAs } = resolved.get(canonicalText(canonical)) ?? {};
      return { canonical, kind, resource, suppliedAs };
    }),
  ];
}

function relationsOf(
  { tables, views }: SqlGraph,
  { artefacts, columns, terminology }: FoundSql,
): { readonly relations: SqlRelations; readonly files: CheckedSql['files'] } {
  const files: { table: string; bytes: Uint8Array }[] = [];
  const laid = tables.map(({ id, canonical, artefact }): SqlRelations['tables'][number] => {
    const isThis = (other: { readonly canonical: Canonical }): boolean =>
      canonicalText(other.canonical) === canonicalText(artefact.canonical);
    const rows = terminology.find(isThis);
    if (rows?.kind === 'external') {
      const { named, files: pinned } = rows;
      return { kind: 'external', id, canonical, columns: [...rows.columns], named, files: [...pinned] };
    }
    if (rows !== undefined) {
      const { parquet, sha256, provenance } = rows;
      files.push({ table: id, bytes: parquet });
      return {
        kind: 'rows',
        id,
        canonical,
        columns: [...rows.columns],
        rows: rows.rows,
        bytes: parquet.length,
        sha256,
        provenance,
      };
    }
    const view = artefacts.find(isThis);
    const described = view === undefined ? undefined : columns.get(view);
    if (view === undefined || described === undefined) throw new Error(`the table ${id} has no columns`);
    return { kind: 'view', id, canonical, columns: [...described], view: asViewDefinition(view.resource) };
  });
  const statements = views.map(({ id, canonical, sql, names }) => ({ id, canonical, sql, names }));
  return { relations: { tables: laid, views: statements }, files };
}

/** The canonical URL and the version of the Library of a subject. */
function named({ resource: { url, version } }: ResolvedSubject): Pick<UnnamedSql, 'url' | 'version'> {
  return {
    ...(typeof url === 'string' ? { url } : {}),
    ...(typeof version === 'string' ? { version } : {}),
  };
}

/** As the engine takes it: only what the subject needs, without the views that make its tables. */
function plainProgram(sql: SqlRelations, asked: Pick<UnnamedSql, 'query' | 'values'>): SqlProgram {
  const { tables, ...program } = programOf({ sql }, asked);
  return { ...program, tables: tables.map(({ id, columns }) => ({ id, columns })) };
}

function overdue({ form }: ResolvedSubject): Fault {
  const diagnostics = `the analysis of all SQL of the request takes more than ${ANALYSIS_MS / 1000} s; ask for fewer subjects, or for shorter SQL`;
  const { expression } = form;
  return {
    status: 422,
    code: 'too-costly',
    diagnostics,
    ...(expression === undefined ? {} : { expression }),
  };
}
