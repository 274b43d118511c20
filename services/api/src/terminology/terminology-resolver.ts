import { createHash } from 'node:crypto';
import type { Events } from '@millrace/observability';
import { nameOfCanonical, resolveTerminology } from '@millrace/sqlquery';
import type {
  DependencyFault,
  ExternalFile,
  ResolvedTerminology,
  SqlColumn,
  TerminologyLeaf,
  TerminologyRelation,
} from '@millrace/sqlquery';
import { createHttpTerminologyServer } from '@millrace/sqlquery/http-terminology-server';
import { createGate } from '@millrace/threads';
import type { FindExternal } from '../external/external-tables.js';
import { readAuthorization } from './authorization-file.js';
import { encodeRelation } from './encode-relation.js';
import type { TerminologySettings } from './terminology-section.js';

/** A relation whose rows are a Parquet file. */
export interface EncodedRelation extends Pick<
  TerminologyRelation,
  'canonical' | 'kind' | 'columns' | 'provenance'
> {
  readonly rows: number;
  /** Of the file, in hexadecimal digits. */
  readonly sha256: string;
  readonly parquet: Uint8Array;
}

/** A table that the operator has beside the sources. */
export interface ExternalRelation extends Pick<TerminologyRelation, 'canonical'> {
  readonly kind: 'external';
  readonly columns: readonly SqlColumn[];
  readonly named: string;
  readonly files: readonly ExternalFile[];
}

export interface EncodedTerminology extends Pick<ResolvedTerminology, 'faults'> {
  readonly relations: readonly (EncodedRelation | ExternalRelation)[];
}

/** @throws BusyError, StoreUnavailableError */
export type TerminologyResolver = (leaves: readonly TerminologyLeaf[]) => Promise<EncodedTerminology>;

/** The definitions and external tables of one tenant. */
export interface TenantTables {
  /** Its name: tenants take turns. */
  readonly tenant: string;
  /** The business versions of a canonical URL that are stored. */
  readonly versionsOf: (url: string) => Promise<readonly string[]>;
  readonly findExternal: FindExternal;
}

/**
 * Gives ValueSets and ConceptMaps their rows, for a few requests at a time and in bounded time. Of canonical URLs that nothing
 * here has, external tables come first, and then the terminology server is asked.
 *
 * @returns the resolver for a tenant
 */
export function createTerminology(
  { server, authorizationFile, limits, timeoutMs, answers, gate: terms }: TerminologySettings,
  events: Pick<Events, 'terminologyResolved'>,
): (tenant: TenantTables) => TerminologyResolver {
  const gate = createGate(terms);
  const authorization =
    authorizationFile === undefined ? undefined : () => readAuthorization(authorizationFile);
  const asked =
    server === undefined ? undefined : createHttpTerminologyServer(server, { ...answers, authorization });
  return ({ tenant, versionsOf, findExternal }) => {
    const ports = { server: asked, versionsOf, ...limits };
    return async (leaves) => {
      if (leaves.length === 0) return { relations: [], faults: [] };
      return gate.pass(async () => {
        const begun = performance.now();
        const resolved = await tablesOf(leaves, findExternal, (others) =>
          resolveTerminology(others, ports, AbortSignal.timeout(timeoutMs)),
        );
        events.terminologyResolved({ ...summaryOf(resolved), durationMs: performance.now() - begun });
        return resolved;
      }, tenant);
    };
  };
}

async function tablesOf(
  leaves: readonly TerminologyLeaf[],
  findExternal: FindExternal,
  resolve: (others: readonly TerminologyLeaf[]) => Promise<ResolvedTerminology>,
): Promise<EncodedTerminology> {
  const external = await externalOf(leaves, findExternal);
  const terminology = await resolve(external.others);
  const faults = [...external.faults, ...terminology.faults];
  // Files of a request that is refused would be made for nothing.
  if (faults.length > 0) return { faults, relations: [] };
  return { faults, relations: [...external.relations, ...(await encodeAll(terminology.relations))] };
}

function summaryOf({ relations, faults }: EncodedTerminology) {
  const isMissing = faults.some(({ kind }) => kind === 'missing');
  const result = faults.length === 0 ? 'resolved' : isMissing ? 'missing' : 'refused';
  const rows = relations.reduce((sum, one) => sum + (one.kind === 'external' ? 0 : one.rows), 0);
  return { result, relations: relations.length, rows } as const;
}

async function externalOf(
  leaves: readonly TerminologyLeaf[],
  findExternal: FindExternal,
): Promise<{
  readonly relations: readonly ExternalRelation[];
  readonly faults: readonly DependencyFault[];
  readonly others: readonly TerminologyLeaf[];
}> {
  const relations: ExternalRelation[] = [];
  const faults: DependencyFault[] = [];
  const others: TerminologyLeaf[] = [];
  for (const leaf of leaves) {
    const { canonical, subject } = leaf;
    const found = leaf.resource === undefined ? await findExternal(canonical) : undefined;
    if (found === undefined) others.push(leaf);
    else if (found.kind === 'external') relations.push({ canonical, ...found });
    else {
      const { kind, why } = found;
      faults.push({ kind, subject, diagnostics: `the dependency ${nameOfCanonical(canonical)} ${why}` });
    }
  }
  return { relations, faults, others };
}

async function encodeAll(relations: readonly TerminologyRelation[]): Promise<readonly EncodedRelation[]> {
  const encoded: EncodedRelation[] = [];
  for (const { canonical, kind, columns, rows, provenance } of relations) {
    const parquet = await encodeRelation({ columns, rows });
    const sha256 = createHash('sha256').update(parquet).digest('hex');
    encoded.push({ canonical, kind, columns, provenance, rows: rows.length, sha256, parquet });
  }
  return encoded;
}
