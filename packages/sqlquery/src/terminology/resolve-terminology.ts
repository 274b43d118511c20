import { canonicalText, isJsonObject } from '@millrace/fhir';
import type { Canonical, Resource } from '@millrace/fhir';
import { ownRound } from '@millrace/threads';
import { nameOfCanonical } from '../context.js';
import type { DependencyFault } from '../dependencies.js';
import { conceptMapFaults, expansionFaults } from '../terminology-faults.js';
import { conceptMapRows } from './concept-map-rows.js';
import { createDistinctRows } from './distinct-rows.js';
import { identityOf } from './provenance.js';
import type { TerminologyProvenance } from './provenance.js';
import { membersFromServer, membersInHand, tooManyRows } from './read-expansion.js';
import type { ReadMembers } from './read-expansion.js';
import { isElementFault } from './read-texts.js';
import { TERMINOLOGY_COLUMNS } from './relation.js';
import type { TerminologyColumn, TerminologyKind, TerminologyRow } from './relation.js';
import type { TerminologyServer } from './terminology-server.js';

/** A dependency that is a ValueSet or a ConceptMap, or that may be one because nothing here has its canonical URL. */
export interface TerminologyLeaf {
  readonly canonical: Canonical;
  /** The position of the first subject that needs it. */
  readonly subject: number;
  /** A ValueSet or a ConceptMap; undefined where neither the request nor this server has it. */
  readonly resource: Resource | undefined;
  /** Such as `context[1]`; undefined for an artefact that is not part of the request. */
  readonly suppliedAs: string | undefined;
}

/** One content of a ValueSet or ConceptMap, which all subjects of a request see. */
export interface TerminologyRelation {
  readonly canonical: Canonical;
  readonly kind: TerminologyKind;
  readonly columns: readonly TerminologyColumn[];
  readonly rows: readonly TerminologyRow[];
  readonly provenance: TerminologyProvenance;
}

export interface ResolvedTerminology {
  /** In the order of the leaves, without those that have faults. */
  readonly relations: readonly TerminologyRelation[];
  readonly faults: readonly DependencyFault[];
}

export interface TerminologyPorts {
  /** Undefined where the operator names none. */
  readonly server: TerminologyServer | undefined;
  /** The business versions of a canonical URL that this server stores; the empty text for one without. */
  readonly versionsOf: (url: string) => Promise<readonly string[]>;
  /** Of one relation. */
  readonly mostRows: number;
  /** Of all relations of one request. */
  readonly mostRowsTogether: number;
}

/**
 * Gives each leaf one content, before any SQL runs. An artefact of the request or of this server is used as it is; for others,
 * and for the members of ValueSets that say only how they are composed, the terminology server is asked.
 * https://hl7.org/fhir/uv/sql-on-fhir/terminology-in-sql.html
 *
 * @param leaves each canonical URL once, as it is written
 * @param signal ends all questions to the terminology server; they then count as failed
 */
export async function resolveTerminology(
  leaves: readonly TerminologyLeaf[],
  ports: TerminologyPorts,
  signal: AbortSignal,
): Promise<ResolvedTerminology> {
  const relations: TerminologyRelation[] = [];
  const faults: DependencyFault[] = [];
  let left = ports.mostRowsTogether;
  for (const leaf of leaves) {
    const content = await contentOf(leaf, { ...ports, mostRows: Math.min(ports.mostRows, left) }, signal);
    if (content.kind !== 'content') {
      for (const fault of faultsOf(leaf, content)) faults.push(fault);
      continue;
    }
    const { rows, provenance } = content;
    left -= rows.length;
    const { canonical } = leaf;
    relations.push({
      canonical,
      kind: provenance.kind,
      columns: TERMINOLOGY_COLUMNS[provenance.kind],
      rows,
      provenance: { ...provenance, canonical: canonicalText(canonical), rows: rows.length },
    });
  }
  return { relations, faults };
}

type Content =
  | {
      readonly kind: 'content';
      readonly rows: readonly TerminologyRow[];
      readonly provenance: Omit<TerminologyProvenance, 'canonical' | 'rows'>;
    }
  | { readonly kind: 'missing'; readonly why: string }
  | { readonly kind: 'unusable'; readonly whys: readonly string[] };

function contentOf(
  leaf: TerminologyLeaf,
  ports: Omit<TerminologyPorts, 'mostRowsTogether'>,
  signal: AbortSignal,
): Promise<Content> {
  const { resource, suppliedAs } = leaf;
  if (resource === undefined) return contentElsewhere(leaf.canonical, ports, signal);
  const source = suppliedAs === undefined ? 'stored' : 'context';
  return resource.resourceType === 'ConceptMap'
    ? contentOfMap(resource, { source }, ports.mostRows)
    : contentOfValueSet(resource, source, ports, signal);
}

type Origin = Pick<TerminologyProvenance, 'source' | 'server'>;

async function contentOfValueSet(
  valueSet: Resource,
  source: 'context' | 'stored',
  { server, mostRows }: Omit<TerminologyPorts, 'mostRowsTogether'>,
  signal: AbortSignal,
): Promise<Content> {
  if (isJsonObject(valueSet['expansion'])) {
    const faults = expansionFaults(valueSet);
    if (faults.length > 0)
      return unusable(...faults.map((fault) => `${fault.expression} ${fault.diagnostics}`));
    return asContent(await membersInHand(valueSet, mostRows), { source });
  }
  if (server === undefined)
    return unusable('it has no expansion, and this server has no terminology server that could expand it');
  const read = await membersFromServer(server, { kind: 'given', valueSet }, mostRows, signal);
  // A ValueSet that is here exists, whatever the server says of what it is made of.
  if (read.kind === 'unknown')
    return unusable(
      'the terminology server cannot expand it, because it does not know all that it needs for it',
    );
  const content = asContent(read, { source, server: server.base });
  if (content.kind !== 'content') return content;
  return { ...content, provenance: { ...content.provenance, ...identityOf(valueSet) } };
}

function asContent(read: ReadMembers, origin: Origin): Content {
  if (read.kind === 'faulty') return unusable(read.why);
  const { rows, identity, expansion } = read;
  return { kind: 'content', rows, provenance: { kind: 'ValueSet', ...identity, ...origin, expansion } };
}

const PER_ROUND = 2000;

async function contentOfMap(map: Resource, origin: Origin, mostRows: number): Promise<Content> {
  const faults = conceptMapFaults(map);
  if (faults.length > 0)
    return unusable(...faults.map((fault) => `${fault.expression} ${fault.diagnostics}`));
  const rows = createDistinctRows('ConceptMap', mostRows);
  let read = 0;
  for (const row of conceptMapRows(map)) {
    if (isElementFault(row)) return unusable(`${row.expression} ${row.diagnostics}`);
    if (!rows.add(row)) return unusable(tooManyRows(mostRows));
    read += 1;
    if (read % PER_ROUND === 0) await ownRound();
  }
  return {
    kind: 'content',
    rows: rows.rows,
    provenance: { kind: 'ConceptMap', ...identityOf(map), ...origin },
  };
}

/** Content of what neither the request nor this server has. */
async function contentElsewhere(
  canonical: Canonical,
  { server, mostRows, versionsOf }: Omit<TerminologyPorts, 'mostRowsTogether'>,
  signal: AbortSignal,
): Promise<Content> {
  const versions = await versionsOf(canonical.url);
  if (canonical.version === undefined && versions.length > 0) {
    return missing(
      `names no version, and this server has the versions ${listed(versions)}: name one of them`,
    );
  }
  const here = versions.length === 0 ? '' : `; this server has the versions ${listed(versions)}`;
  if (server === undefined) return missing(`is neither in the request nor on this server${here}`);
  const asked = { kind: 'known', canonical } as const;
  const expanded = await membersFromServer(server, asked, mostRows, signal);
  const origin = { source: 'terminology-server', server: server.base } as const;
  if (expanded.kind !== 'unknown') return asContent(expanded, origin);

  const answer = await server.conceptMaps(canonical, signal);
  if (answer.kind === 'failed') return unusable(`the terminology server ${answer.why}`);
  const maps = answer.kind === 'unknown' ? [] : answer.value.filter((map) => isOf(map, canonical));
  const [map, ...others] = maps;
  if (map === undefined) {
    return missing(`is neither in the request nor on this server nor on the terminology server${here}`);
  }
  if (others.length === 0) return contentOfMap(map, origin, mostRows);
  const found = listed(maps.map((one) => identityOf(one).version ?? ''));
  return missing(
    canonical.version === undefined
      ? `names no version, and the terminology server has the versions ${found}: name one of them`
      : `is on the terminology server ${maps.length} times with this version`,
  );
}

function isOf(map: Resource, { url, version }: Canonical): boolean {
  return (
    map.resourceType === 'ConceptMap' &&
    map['url'] === url &&
    (version === undefined || map['version'] === version)
  );
}

const MOST_LISTED = 10;

function listed(versions: readonly string[]): string {
  const named = versions.map((version) => (version === '' ? 'none' : JSON.stringify(version.slice(0, 100))));
  return [...new Set(named)].slice(0, MOST_LISTED).join(', ');
}

function missing(why: string): Content {
  return { kind: 'missing', why };
}

function unusable(...whys: readonly string[]): Content {
  return { kind: 'unusable', whys };
}

function faultsOf(
  { canonical, subject, suppliedAs }: TerminologyLeaf,
  content: Exclude<Content, { kind: 'content' }>,
): readonly DependencyFault[] {
  const name = `the dependency ${nameOfCanonical(canonical)}`;
  if (content.kind === 'missing')
    return [{ kind: 'missing', subject, diagnostics: `${name} ${content.why}` }];
  return content.whys.map((why) => ({
    kind: 'unusable',
    subject,
    ...(suppliedAs === undefined ? {} : { suppliedAs }),
    diagnostics: `${name} cannot be a table: ${why}`,
  }));
}
