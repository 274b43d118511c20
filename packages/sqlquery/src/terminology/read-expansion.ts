import { isJsonObject } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import { ownRound } from '@millrace/threads';
import { createDistinctRows } from './distinct-rows.js';
import type { DistinctRows } from './distinct-rows.js';
import { expansionProvenance, identityOf } from './provenance.js';
import type { ExpansionProvenance } from './provenance.js';
import type { TerminologyRow } from './relation.js';
import type { AskedExpansion, TerminologyServer } from './terminology-server.js';
import { expansionEntries } from './value-set-rows.js';

/** The members of a ValueSet, or why they are not known. */
export type ReadMembers =
  | {
      readonly kind: 'members';
      readonly rows: readonly TerminologyRow[];
      readonly identity: { readonly url?: string; readonly version?: string };
      readonly expansion: ExpansionProvenance;
    }
  | { readonly kind: 'faulty'; readonly why: string };

/** Entries of one page. */
const PAGE = 1000;
/** Beyond these an expansion is given up, however small its pages are. */
const MOST_PAGES = 1000;
/** Of the texts of all members: they wait in memory until they are stored. */
const MOST_CHARACTERS = 64 << 20;
/** Entries that are read in one round of the event loop. */
const PER_ROUND = 2000;

/** Reads the expansion that a ValueSet has. It was checked that this is complete. */
export async function membersInHand(valueSet: Resource, mostRows: number): Promise<ReadMembers> {
  const rows = createDistinctRows('ValueSet', mostRows);
  const page = await addPage(valueSet, rows, mostRows);
  if (page.kind === 'faulty') return page;
  return {
    kind: 'members',
    rows: rows.rows,
    identity: identityOf(valueSet),
    expansion: expansionProvenance([valueSet]),
  };
}

/**
 * Has a server expand a ValueSet, and reads all pages: up to the total, or to an empty page where no total is told. A page that
 * is shorter than asked is not taken for the last one, because servers cap their pages.
 */
export async function membersFromServer(
  server: TerminologyServer,
  asked: AskedExpansion,
  mostRows: number,
  signal: AbortSignal,
): Promise<ReadMembers | { readonly kind: 'unknown' }> {
  const rows = createDistinctRows('ValueSet', mostRows);
  const heads: Resource[] = [];
  let entries = 0;
  let first:
    | { readonly total: number | undefined; readonly version: string | undefined; readonly text: string }
    | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const answer = await server.expand(asked, { offset: entries, count: PAGE }, signal);
    if (answer.kind === 'failed') return { kind: 'faulty', why: `the terminology server ${answer.why}` };
    if (answer.kind === 'unknown') {
      return page === 0 ? answer : faulty('the terminology server knew it for some pages, and then no more');
    }
    const { value } = answer;
    const { expansion } = value;
    if (!isJsonObject(expansion))
      return faulty('the terminology server answered a ValueSet without expansion');
    const complaint = strangeness(asked, value, expansion['offset'], entries);
    if (complaint !== undefined) return faulty(complaint);

    const total = typeof expansion['total'] === 'number' ? expansion['total'] : undefined;
    const { version } = identityOf(value);
    const text = pageText(expansion['contains']);
    first ??= { total, version, text };
    if (page > 0) {
      if (total !== first.total || version !== first.version)
        return faulty('the terminology server changed it while its pages were read');
      if (text === first.text && text !== '' && expansion['offset'] === undefined) {
        // A server that knows no pages answers all that it has each time. One that heeds the count keeps the rest to itself.
        return page === 1 && entries !== PAGE && total === undefined
          ? members(rows, heads)
          : faulty('the terminology server answers the same page again');
      }
    }
    const added = await addPage(value, rows, mostRows);
    if (added.kind === 'faulty') return added;
    if (rows.characters > MOST_CHARACTERS)
      return faulty(`its members have more than ${MOST_CHARACTERS} characters`);
    heads.push(headOf(value));
    entries += added.entries;
    if (first.total !== undefined && entries >= first.total) return members(rows, heads);
    if (added.entries > 0) continue;
    return first.total === undefined
      ? members(rows, heads)
      : faulty(`the terminology server gave ${entries} entries of ${first.total}; expected all members`);
  }
  return faulty(`the terminology server has not given all members in ${MOST_PAGES} pages`);
}

function members({ rows }: DistinctRows, heads: readonly Resource[]): ReadMembers {
  const [head = { resourceType: 'ValueSet' }] = heads;
  return { kind: 'members', rows, identity: identityOf(head), expansion: expansionProvenance(heads) };
}

function faulty(why: string): { readonly kind: 'faulty'; readonly why: string } {
  return { kind: 'faulty', why };
}

/** Why an answer is not the one that was asked for. */
function strangeness(
  asked: AskedExpansion,
  valueSet: Resource,
  offset: unknown,
  expected: number,
): string | undefined {
  if (typeof offset === 'number' && offset !== expected)
    return `the terminology server answered the entries from ${offset} on; expected those from ${expected} on`;
  if (asked.kind === 'given') return undefined;
  const { url, version } = identityOf(valueSet);
  const isOther =
    (url !== undefined && url !== asked.canonical.url) ||
    (version !== undefined && asked.canonical.version !== undefined && version !== asked.canonical.version);
  return isOther ? 'the terminology server answered another ValueSet' : undefined;
}

/** All of a page that its members come from, without what says when it was made. */
function headOf({ resourceType, url, version, expansion }: Resource): Resource {
  const { identifier, timestamp, parameter } = isJsonObject(expansion) ? expansion : {};
  return { resourceType, url, version, expansion: { identifier, timestamp, parameter } };
}

/** Equal for equal pages. */
function pageText(contains: unknown): string {
  if (!Array.isArray(contains) || contains.length === 0) return '';
  return JSON.stringify([contains.length, contains[0], contains.at(-1)]);
}

type AddedPage =
  | { readonly kind: 'added'; readonly entries: number }
  | { readonly kind: 'faulty'; readonly why: string };

async function addPage(valueSet: Resource, rows: DistinctRows, mostRows: number): Promise<AddedPage> {
  const { expansion } = valueSet;
  let entries = 0;
  for (const { row, fault } of expansionEntries(
    isJsonObject(expansion) ? expansion['contains'] : undefined,
  )) {
    if (fault !== undefined) return faulty(`its ${fault.expression} ${fault.diagnostics}`);
    entries += 1;
    if (row !== undefined && !rows.add(row)) return faulty(tooManyRows(mostRows));
    if (entries % PER_ROUND === 0) await ownRound();
  }
  return { kind: 'added', entries };
}

/** More is refused, never cut off. */
export function tooManyRows(mostRows: number): string {
  return `it has more than ${mostRows} rows, and no more of it are read for one request`;
}
