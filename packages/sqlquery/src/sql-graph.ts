import { canonicalText } from '@millrace/fhir';
import type { Canonical, Resource } from '@millrace/fhir';
import { chooseSql } from './choose-sql.js';
import type { ResolvedArtefact } from './dependencies.js';
import type { SqlStatement, SqlViewStatement } from './engine/sql-engine.js';
import type { SqlLibrary } from './library.js';

/** A dependency that is there. A ValueSet or ConceptMap of a terminology server has no resource, and an external table has none. */
export type GraphArtefact = Pick<ResolvedArtefact, 'canonical' | 'library' | 'suppliedAs'> & {
  readonly kind: ResolvedArtefact['kind'] | 'external';
  readonly resource: Resource | undefined;
};

/** A relation that is no SQL: the rows of a ViewDefinition, a ValueSet or a ConceptMap, or an external table. */
export interface GraphTable {
  /** Such as `r1`. */
  readonly id: string;
  /** `url|version` of the artefact that was found. */
  readonly canonical: string;
  readonly artefact: GraphArtefact;
}

export interface GraphView extends SqlViewStatement {
  readonly canonical: string;
  readonly artefact: GraphArtefact;
  /** The SQL in its Library, such as `Library.content[0].data`. */
  readonly expression: string;
}

interface GraphQuery extends SqlStatement {
  readonly expression: string;
}

/** The SQL of a request, and all that it selects from: each relation once, whatever canonical URLs lead to it. */
export interface SqlGraph {
  readonly tables: readonly GraphTable[];
  /** Each stands behind those that it depends on. */
  readonly views: readonly GraphView[];
  /** By the position of their subjects; undefined for one whose dependencies are not all there, and for one without SQL. */
  readonly queries: readonly (GraphQuery | undefined)[];
}

/**
 * Lays out the SQL of a request.
 *
 * @param libraries by the position of their subjects; undefined where there is none, or a faulty one
 * @param artefacts those that were found
 */
export function sqlGraph(
  libraries: readonly (SqlLibrary | undefined)[],
  artefacts: readonly GraphArtefact[],
): SqlGraph {
  const found = new Map(artefacts.map((artefact) => [canonicalText(artefact.canonical), artefact]));
  const tables = new Map<string, GraphTable>();
  const views = new Map<string, GraphView | undefined>();
  let viewCount = 0;

  /** The id of a relation; undefined where it, or something that it stands on, is not there. */
  function idOf(asked: Canonical): string | undefined {
    const artefact = found.get(canonicalText(asked));
    if (artefact === undefined) return undefined;
    const canonical = ownCanonical(artefact);
    if (artefact.kind === 'SQLView') return viewOf(canonical, artefact)?.id;
    const table = tables.get(canonical) ?? { id: `r${tables.size + 1}`, canonical, artefact };
    tables.set(canonical, table);
    return table.id;
  }

  function viewOf(canonical: string, artefact: GraphArtefact): GraphView | undefined {
    if (views.has(canonical)) return views.get(canonical);
    // While it is looked at it is not there for those that it stands on: a circle has no statement.
    views.set(canonical, undefined);
    const statement = artefact.library === undefined ? undefined : statementOf(artefact.library);
    if (statement === undefined) return undefined;
    // Those that it stands on have taken their places.
    views.delete(canonical);
    viewCount += 1;
    const view = { id: `v${viewCount}`, canonical, artefact, ...statement };
    views.set(canonical, view);
    return view;
  }

  function statementOf(library: SqlLibrary): GraphQuery | undefined {
    const chosen = chooseSql(library);
    const names = library.dependencies.map(({ label, canonical }) => [label, idOf(canonical)] as const);
    if (!('sql' in chosen) || names.some(([, id]) => id === undefined)) return undefined;
    // None of them is undefined.
    return { ...chosen, names: Object.fromEntries(names) as Record<string, string> };
  }

  const queries = libraries.map((library) => (library === undefined ? undefined : statementOf(library)));
  return {
    tables: [...tables.values()],
    views: [...views.values()].filter((view) => view !== undefined),
    queries,
  };
}

/**
 * That of the resource itself, which may have been asked for without its version. Terminology is one relation for each way to
 * write its canonical URL, because a result tells of each what it was.
 */
function ownCanonical({ canonical, kind, resource }: GraphArtefact): string {
  if (kind === 'ValueSet' || kind === 'ConceptMap' || kind === 'external') return canonicalText(canonical);
  const version = resource?.['version'];
  return canonicalText({
    url: canonical.url,
    version: typeof version === 'string' && version !== '' ? version : canonical.version,
  });
}
