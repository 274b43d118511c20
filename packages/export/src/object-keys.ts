import type { Lease } from './job-store.js';

/**
 * The keys of an export's objects, below the sink's root:
 * `{tenant}/{export}/{request,plan,manifest,deleted}.json`, and
 * `{tenant}/{export}/{step}/{token}-{nonce}/{n}.{ext}` for the parts of an attempt. The patients that a plan
 * names are in `{tenant}/{export}/cohort-{token}-{nonce}.ids`, and those of them who joined later in `…/joined-….ids`. The
 * Provenance that it names is in `…/provenance-….ids` and `…/provenance-joined-….ids`.
 * The groups that it names are in `…/groups-….ids`, and the deletions of a type in `…/deletions-{type}-….txt`.
 * The parts of a table of SQL, all of one schema, are in a folder of their own, whichever step made them:
 * `{tenant}/{export}/tables/{table}/{step}-{token}-{nonce}-{n}.parquet`.
 * Rows of a table of SQL that were stored with the request are in `{tenant}/{export}/relation-{table}.parquet`.
 * The versions of tables that have its outputs are in `{tenant}/{export}/committed-tables.json`.
 * Pages of a manifest are in `{tenant}/{export}/page-{n}.json`.
 */
export function exportPrefix(tenant: string, exportId: string): string {
  return `${tenant}/${exportId}/`;
}

export type ExportObject = 'request' | 'plan' | 'manifest' | 'deleted';

export function exportObjectKey(tenant: string, exportId: string, object: ExportObject): string {
  return `${exportPrefix(tenant, exportId)}${object}.json`;
}

/** Where page `page` of the manifest of an export is, from 0. */
export function manifestPageKey(tenant: string, exportId: string, page: number): string {
  return `${exportPrefix(tenant, exportId)}page-${page}.json`;
}

/** Where the rows of a table of SQL are that were stored with the request. */
export function relationKey(tenant: string, exportId: string, table: string): string {
  return `${exportPrefix(tenant, exportId)}relation-${table}.parquet`;
}

/** Where the versions of tables are that have the outputs of an export. */
export function committedTablesKey(tenant: string, exportId: string): string {
  return `${exportPrefix(tenant, exportId)}committed-tables.json`;
}

/** Where one attempt at one step writes, as `{prefix}{n}.{ext}`. Two attempts never share a prefix. */
export function attemptPrefix(tenant: string, lease: Lease): string {
  return `${exportPrefix(tenant, lease.exportId)}${lease.step}/${lease.token}-${lease.nonce}/`;
}

/** The folder of the tables that SQL selects from. */
export function tablesPrefix(tenant: string, exportId: string): string {
  return `${exportPrefix(tenant, exportId)}tables/`;
}

/**
 * Where an attempt writes the rows of a table of SQL, as `{prefix}{n}.{ext}`. Attempts share a folder and no name, so that an
 * engine that reads folders finds all rows of the table in one.
 */
export function tablePrefix(tenant: string, lease: Lease, table: string): string {
  return `${tablesPrefix(tenant, lease.exportId)}${table}/${attemptName(lease)}`;
}

/** Begins the names of the files that an attempt writes to the folders of tables. */
export function attemptName({ step, token, nonce }: Lease): string {
  return `${step}-${token}-${nonce}-`;
}

/** Where an attempt at the plan puts the patients that the filter leaves. */
export function cohortKey(tenant: string, lease: Lease): string {
  return `${exportPrefix(tenant, lease.exportId)}cohort-${lease.token}-${lease.nonce}.ids`;
}

/** Where it puts those of them who joined a group later. */
export function joinedKey(tenant: string, lease: Lease): string {
  return `${exportPrefix(tenant, lease.exportId)}joined-${lease.token}-${lease.nonce}.ids`;
}

/** Where it puts the Provenance resources that belong to the export. */
export function provenanceKey(tenant: string, lease: Lease): string {
  return `${exportPrefix(tenant, lease.exportId)}provenance-${lease.token}-${lease.nonce}.ids`;
}

/** Where it puts those of them that are of patients who joined a group later. */
export function provenanceJoinedKey(tenant: string, lease: Lease): string {
  return `${exportPrefix(tenant, lease.exportId)}provenance-joined-${lease.token}-${lease.nonce}.ids`;
}

/** Where it puts the deletions of resources of a type. */
export function deletionsKey(tenant: string, lease: Lease, resourceType: string): string {
  return `${exportPrefix(tenant, lease.exportId)}deletions-${resourceType}-${lease.token}-${lease.nonce}.txt`;
}

/** Where it puts the groups of an export of groups. */
export function groupsKey(tenant: string, lease: Lease): string {
  return `${exportPrefix(tenant, lease.exportId)}groups-${lease.token}-${lease.nonce}.ids`;
}
