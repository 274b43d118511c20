import type { ExternalTable } from '@millrace/configuration';
import { canonicalText, parseCanonical } from '@millrace/fhir';
import type { Canonical } from '@millrace/fhir';
import { readExternalTable } from '@millrace/sqlquery';
import type { ExternalFile, ExternalFolder, SqlColumn } from '@millrace/sqlquery';
import type { ObjectStore } from '@millrace/storage';

/** An external table as a kick-off finds it, or why it is of no use. */
export type FoundExternal =
  | {
      readonly kind: 'external';
      /** The canonical URL by which the configuration names it: the dependency may have named no version. */
      readonly named: string;
      readonly columns: readonly SqlColumn[];
      readonly files: readonly ExternalFile[];
    }
  | { readonly kind: 'missing' | 'unusable'; readonly why: string };

/** Undefined where the operator names no such table. @throws StoreUnavailableError */
export type FindExternal = (canonical: Canonical) => Promise<FoundExternal | undefined>;

const LIMITS = { mostFiles: 1000, mostBytes: 64 * 2 ** 30 };

/**
 * The external tables that the operator names, by tenant. Their columns are read anew for each kick-off.
 *
 * @param open opens the place of a table
 */
export function createExternalTables(
  tables: readonly ExternalTable[],
  open: (place: ExternalTable['place']) => Pick<ObjectStore, 'list' | 'stream'>,
): (tenant: string) => FindExternal {
  const known = tables.map(({ tenant, canonical, place }) => ({
    tenant,
    canonical: parseCanonical(canonical) ?? { url: canonical, version: undefined },
    folder: folderIn(open(place)),
  }));
  return (tenant) => async (asked) => {
    const [table, ...others] = known.filter(
      (one) =>
        one.tenant === tenant &&
        one.canonical.url === asked.url &&
        (asked.version === undefined || one.canonical.version === asked.version),
    );
    if (table === undefined) return undefined;
    if (others.length > 0) {
      const versions = [table, ...others].map(({ canonical }) => JSON.stringify(canonical.version ?? ''));
      const why = `names no version, and the external tables have the versions ${versions.slice(0, 10).join(', ')}: name one of them`;
      return { kind: 'missing', why };
    }
    const read = await readExternalTable(table.folder, LIMITS);
    if (read.kind === 'faulty')
      return { kind: 'unusable', why: `is an external table of no use: ${read.why}` };
    const { columns, files } = read;
    return { kind: 'external', named: canonicalText(table.canonical), columns, files };
  };
}

function folderIn(store: Pick<ObjectStore, 'list' | 'stream'>): ExternalFolder {
  return {
    list: () => store.list(''),
    async read({ key, bytes, etag }, start, end) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of store.stream(key, { start, end }, { bytes, etag })) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
  };
}
