import { canonicalText } from '@millrace/fhir';
import type { Canonical, ElementFault, Resource } from '@millrace/fhir';
import { chooseSql } from './choose-sql.js';
import { nameOfCanonical, supportingKindOf } from './context.js';
import type { Context, SupportingKind } from './context.js';
import type { SqlLibrary } from './library.js';
import { readLibrary } from './read-library.js';
import type { ReadLibrary } from './read-library.js';
import { conceptMapFaults, expansionFaults } from './terminology-faults.js';

/** One artefact that SQL depends on, resolved once for a whole request. */
export interface ResolvedArtefact {
  readonly canonical: Canonical;
  readonly kind: SupportingKind;
  readonly resource: Resource;
  /** Of an SQLView without faults. */
  readonly library?: SqlLibrary;
  /** Such as `context[1]`; undefined for an artefact that the server stores. */
  readonly suppliedAs: string | undefined;
  /** The position of the first subject that needs it. */
  readonly subject: number;
}

/**
 * - `missing`: no artefact has this canonical URL.
 * - `invalid`: there is one, and SQL cannot depend on it.
 * - `unusable`: its content is no relation for SQL.
 * - `cyclic`: an SQLView depends on itself, at whatever distance.
 * - `too-many`: the request needs more artefacts than one request may, or SQLViews are nested too deep.
 */
export interface DependencyFault {
  readonly kind: 'missing' | 'invalid' | 'unusable' | 'cyclic' | 'too-many';
  /** The position of the subject among those of the request. */
  readonly subject: number;
  /** Such as `context[1]`, where the artefact is part of the request. */
  readonly suppliedAs?: string;
  /** Of a `missing` one, as it is written. */
  readonly canonical?: Canonical;
  readonly diagnostics: string;
}

export interface ResolvedDependencies {
  /** In the order in which they were found. */
  readonly artefacts: readonly ResolvedArtefact[];
  readonly faults: readonly DependencyFault[];
}

/** Artefacts of one request. */
const MOST_ARTEFACTS = 200;

/** SQLViews that stand on each other: an engine that puts one into the other doubles its work with each of them. */
const MOST_NESTED = 16;

/**
 * Finds all artefacts that Libraries depend on, directly or through SQLViews. An artefact of the request is preferred to a
 * stored one; each canonical URL is looked up once.
 * https://hl7.org/fhir/uv/sql-on-fhir/operations-common.html#context-matching
 *
 * @param versionsOf the stored business versions of a canonical URL, for messages
 * @param libraries by the position of their subjects; undefined where a subject has no dependencies
 */
export async function resolveDependencies(
  libraries: readonly (SqlLibrary | undefined)[],
  context: Context,
  byCanonical: (canonical: Canonical) => Promise<Resource | undefined>,
  versionsOf: (url: string) => Promise<readonly string[]> = () => Promise.resolve([]),
): Promise<ResolvedDependencies> {
  const artefacts = new Map<string, ResolvedArtefact>();
  const needs = new Map<string, readonly string[]>();
  const faults: DependencyFault[] = [];
  const asked = new Set<string>();
  const waiting = libraries.flatMap((library, subject) =>
    (library?.dependencies ?? []).map((dependency) => ({ subject, dependency })),
  );
  // A for-of loop also visits what is appended on the way.
  for (const { subject, dependency } of waiting) {
    const { canonical } = dependency;
    const key = canonicalText(canonical);
    if (asked.has(key)) continue;
    asked.add(key);
    if (asked.size > MOST_ARTEFACTS) {
      const diagnostics = `the request needs more than ${MOST_ARTEFACTS} artefacts`;
      return {
        artefacts: [...artefacts.values()],
        faults: [...faults, { kind: 'too-many', subject, diagnostics }],
      };
    }
    const supplied = context.find(canonical);
    const resource = supplied?.resource ?? (await byCanonical(canonical));
    if (resource === undefined) {
      faults.push({ kind: 'missing', subject, canonical, diagnostics: await absence(canonical, versionsOf) });
      continue;
    }
    const kind = supportingKindOf(resource);
    if (kind === undefined) {
      faults.push({ kind: 'invalid', subject, diagnostics: wrongKind(canonical, resource) });
      continue;
    }
    for (const { expression, diagnostics } of terminologyFaults(kind, resource)) {
      faults.push({
        kind: 'unusable',
        subject,
        ...(supplied === undefined ? {} : { suppliedAs: supplied.expression }),
        diagnostics: `the dependency ${nameOfCanonical(canonical)} cannot be a table: ${expression} ${diagnostics}`,
      });
    }
    const read = kind === 'SQLView' ? readLibrary(resource, 'view') : undefined;
    const library = read?.kind === 'library' ? read.library : undefined;
    artefacts.set(key, {
      canonical,
      kind,
      resource,
      ...(library === undefined ? {} : { library }),
      suppliedAs: supplied?.expression,
      subject,
    });
    for (const { expression, diagnostics } of viewFaults(read)) {
      const place = `in ${nameOfCanonical(canonical)}: ${expression}`;
      faults.push({ kind: 'invalid', subject, diagnostics: `${place} ${diagnostics}` });
    }
    const further = library?.dependencies ?? [];
    needs.set(
      key,
      further.map((next) => canonicalText(next.canonical)),
    );
    for (const next of further) waiting.push({ subject, dependency: next });
  }
  const cycles = cycleFaults(libraries, needs);
  return {
    artefacts: [...artefacts.values()],
    faults: [...faults, ...cycles, ...(cycles.length === 0 ? depthFaults(libraries, needs) : [])],
  };
}

async function absence(
  canonical: Canonical,
  versionsOf: (url: string) => Promise<readonly string[]>,
): Promise<string> {
  const name = nameOfCanonical(canonical);
  const versions = await versionsOf(canonical.url);
  if (versions.length === 0) return `the dependency ${name} is neither in the request nor on this server`;
  const named = versions.slice(0, 10).map((version) => (version === '' ? 'none' : JSON.stringify(version)));
  const listed = `this server has the versions ${named.join(', ')}`;
  return canonical.version === undefined
    ? `the dependency ${name} names no version, and ${listed}: name one of them`
    : `the dependency ${name} is neither in the request nor on this server; ${listed}`;
}

function terminologyFaults(kind: SupportingKind, resource: Resource): readonly ElementFault[] {
  if (kind === 'ConceptMap') return conceptMapFaults(resource);
  return kind === 'ValueSet' ? expansionFaults(resource) : [];
}

function wrongKind(canonical: Canonical, { resourceType }: Resource): string {
  const expected = 'expected a ViewDefinition, an SQLView Library, a ValueSet or a ConceptMap';
  return `the dependency ${nameOfCanonical(canonical)} is a ${resourceType} on which SQL cannot depend; ${expected}`;
}

function viewFaults(read: ReadLibrary | undefined): readonly ElementFault[] {
  if (read === undefined) return [];
  if (read.kind === 'faulty') return read.faults;
  const chosen = chooseSql(read.library);
  return 'sql' in chosen ? [] : [chosen];
}

/** One fault for each subject that stands on too many levels of SQLViews. Without cycles only. */
function depthFaults(
  libraries: readonly (SqlLibrary | undefined)[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly DependencyFault[] {
  const known = new Map<string, number>();
  const levelsBelow = (key: string): number => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const below = needs.get(key) ?? [];
    const levels = below.reduce((most, next) => Math.max(most, 1 + levelsBelow(next)), 0);
    known.set(key, levels);
    return levels;
  };
  return libraries.flatMap((library, subject): DependencyFault[] => {
    const deepest = (library?.dependencies ?? []).reduce(
      (most, { canonical }) => Math.max(most, levelsBelow(canonicalText(canonical))),
      0,
    );
    if (deepest <= MOST_NESTED) return [];
    const diagnostics = `SQLViews stand on each other over ${deepest} levels; expected at most ${MOST_NESTED}`;
    return [{ kind: 'too-many', subject, diagnostics }];
  });
}

/** One fault for the first cycle that each subject leads into. */
function cycleFaults(
  libraries: readonly (SqlLibrary | undefined)[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly DependencyFault[] {
  return libraries.flatMap((library, subject): DependencyFault[] => {
    const roots = (library?.dependencies ?? []).map(({ canonical }) => canonicalText(canonical));
    const cycle = cycleFrom(roots, needs);
    if (cycle === undefined) return [];
    const way = cycle.map((canonical) => `"${canonical}"`).join(' → ');
    return [{ kind: 'cyclic', subject, diagnostics: `SQLViews depend on themselves: ${way}` }];
  });
}

/** The first cycle in depth-first order, as its members with the first one again at the end. */
function cycleFrom(
  roots: readonly string[],
  needs: ReadonlyMap<string, readonly string[]>,
): readonly string[] | undefined {
  const done = new Set<string>();
  const path: string[] = [];
  const onPath = new Set<string>();
  // Artefacts are few, so the depth of this recursion is bounded.
  const visit = (key: string): readonly string[] | undefined => {
    if (onPath.has(key)) return [...path.slice(path.indexOf(key)), key];
    if (done.has(key)) return undefined;
    path.push(key);
    onPath.add(key);
    for (const next of needs.get(key) ?? []) {
      const cycle = visit(next);
      if (cycle !== undefined) return cycle;
    }
    path.pop();
    onPath.delete(key);
    done.add(key);
    return undefined;
  };
  for (const root of roots) {
    const cycle = visit(root);
    if (cycle !== undefined) return cycle;
  }
  return undefined;
}
