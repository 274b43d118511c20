import { hash, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Change, PlannedChange } from './change.js';
import type { CheckedDefinition } from './check-definition.js';
import { definitionOf } from './definition.js';
import type { DefinitionType } from './definition-type.js';
import { DefinitionConflictError, VersionMismatchError, refused } from './errors.js';
import type { LatestVersions } from './latest-versions.js';
import { matchingVersions } from './search.js';
import type { Criterion } from './search.js';
import type { StoredVersion } from './stored-version.js';
import { isDefinitionId } from './version-key.js';
import type { LatestState, VersionObjects } from './version-objects.js';

/** The definitions of one type, as a change is planned against them. */
export interface PlanningState {
  readonly objects: Pick<VersionObjects, 'latest'>;
  readonly latest: LatestVersions;
  /** Ids that the same request deletes: they match no condition. */
  readonly deleted: ReadonlySet<string>;
}

/** How long and how often a change waits for a transaction that is under way. */
const HELD_MS = 50;
const HELD_TRIES = 20;
/** Ids that are tried for one condition. */
const MOST_IDS = 20;

/**
 * Decides what a change stores.
 *
 * @throws DefinitionRefusedError, VersionMismatchError, DefinitionConflictError
 */
export async function planChange(change: Change, state: PlanningState): Promise<PlannedChange> {
  switch (change.kind) {
    case 'create': {
      const { given, ifNoneExist } = change;
      if (ifNoneExist === undefined) return stored('created', given, randomUUID(), nothing);
      return createUnlessOne(given, ifNoneExist, state);
    }
    case 'update':
      return 'id' in change.at
        ? planUpdate(change.at.id, change, state)
        : updateWhere(change.at.where, change, state);
    case 'delete': {
      const { type, id, ifMatch } = change;
      if (!isDefinitionId(id)) return { outcome: 'absent', type, id, latest: undefined, next: undefined };
      const found = await latestOf(type, id, state);
      if (ifMatch !== undefined) requireVersion(type, id, found.latest, ifMatch);
      if (found.latest?.content === undefined)
        return { outcome: 'absent', type, id, latest: found.latest, next: undefined };
      const next = { version: found.last + 1, given: undefined };
      return { outcome: 'deleted', type, id, latest: found.latest, next };
    }
    default:
      return change satisfies never;
  }
}

const nothing: LatestState = { latest: undefined, last: 0, isHeld: false };

function stored(
  outcome: PlannedChange['outcome'],
  given: CheckedDefinition,
  id: string,
  { latest, last }: LatestState,
): PlannedChange {
  return { outcome, type: given.type, id, latest, next: { version: last + 1, given } };
}

async function planUpdate(
  id: string,
  { given, ifMatch }: Extract<Change, { kind: 'update' }>,
  state: PlanningState,
): Promise<PlannedChange> {
  const { type } = given;
  const expression = `${type}.id`;
  if (!isDefinitionId(id)) {
    const shown = JSON.stringify(id.slice(0, 100));
    const diagnostics = `the id must have 1 to 64 letters, digits, "-" or ".", but was ${shown}`;
    throw refused(400, 'invalid', diagnostics, expression);
  }
  // https://hl7.org/fhir/http.html#update: the body names the same id as the address.
  if (given.id !== id) {
    const shown = given.id === undefined ? 'absent' : given.id.slice(0, 100);
    const diagnostics = `the id of the body must be ${id}, as in the address, but was ${shown}`;
    throw refused(400, 'invalid', diagnostics, expression);
  }
  const found = await latestOf(type, id, state);
  if (ifMatch !== undefined) requireVersion(type, id, found.latest, ifMatch);
  return stored(found.latest?.content === undefined ? 'created' : 'updated', given, id, found);
}

/** https://hl7.org/fhir/R4/http.html#ccreate */
async function createUnlessOne(
  given: CheckedDefinition,
  criteria: readonly Criterion[],
  state: PlanningState,
): Promise<PlannedChange> {
  const { type } = given;
  const [match] = await matches(type, criteria, state);
  if (match !== undefined) {
    const latest = state.latest.versions.get(match.id);
    return { outcome: 'found', type, id: match.id, latest, next: undefined };
  }
  const { id, found } = await placeFor(type, criteria, state);
  if (found.latest?.content === undefined) return stored('created', given, id, found);
  return { outcome: 'found', type, id, latest: found.latest, next: undefined };
}

/** https://hl7.org/fhir/R4/http.html#cond-update */
async function updateWhere(
  criteria: readonly Criterion[],
  change: Extract<Change, { kind: 'update' }>,
  state: PlanningState,
): Promise<PlannedChange> {
  const { given, ifMatch } = change;
  const { type } = given;
  const [match] = await matches(type, criteria, state);
  if (match !== undefined) {
    if (given.id !== undefined && given.id !== match.id) {
      const diagnostics = `the id of the body is ${given.id.slice(0, 100)}, but the condition matches ${type}/${match.id}`;
      throw refused(400, 'invalid', diagnostics, `${type}.id`);
    }
    const found = await latestOf(type, match.id, state);
    if (ifMatch !== undefined) requireVersion(type, match.id, found.latest, ifMatch);
    // A change that this process has not seen may have made it another one.
    if (found.latest?.version !== Number(match.versionId))
      throw new DefinitionConflictError([`${type}/${match.id}`]);
    return stored('updated', given, match.id, found);
  }
  if (ifMatch !== undefined) {
    const diagnostics = `no ${type} matches the condition, but version ${ifMatch} was expected`;
    throw refused(412, 'conflict', diagnostics);
  }
  if (given.id === undefined) {
    const { id, found } = await placeFor(type, criteria, state);
    return stored(found.latest?.content === undefined ? 'created' : 'updated', given, id, found);
  }
  const planned = await planUpdate(given.id, change, state);
  if (planned.outcome === 'created') return planned;
  const diagnostics = `no ${type} matches the condition, and ${type}/${given.id} is another one`;
  throw refused(409, 'conflict', diagnostics, `${type}.id`);
}

/**
 * The id for a definition that no other matches, made of the condition, so that equal requests at the same time create one
 * only: what stands there, in the object store itself, is nothing, or what another of them has just created.
 */
async function placeFor(
  type: DefinitionType,
  criteria: readonly Criterion[],
  state: PlanningState,
): Promise<{ readonly id: string; readonly found: LatestState }> {
  const condition = JSON.stringify(criteria.toSorted((one, other) => compare(textOf(one), textOf(other))));
  const named = criteria.find(({ parameter, values }) => parameter === '_id' && values.length === 1)
    ?.values[0];
  const first = named !== undefined && isDefinitionId(named) ? [named] : [];
  for (let tried = 0; tried < MOST_IDS; tried += 1) {
    const id = first[tried] ?? hash('sha256', `${type} ${condition} ${tried}`, 'hex').slice(0, 32);
    if (state.deleted.has(id)) continue;
    const found = await latestOf(type, id, state);
    if (found.latest?.content === undefined) return { id, found };
    const [match] = await matchingVersions(type, [found.latest], criteria);
    if (match !== undefined) return { id, found };
  }
  return { id: randomUUID(), found: nothing };
}

function textOf(criterion: Criterion): string {
  return JSON.stringify(criterion);
}

function compare(one: string, other: string): number {
  return one < other ? -1 : Number(one > other);
}

async function matches(type: DefinitionType, criteria: readonly Criterion[], state: PlanningState) {
  const all = await matchingVersions(type, state.latest.versions.values(), criteria);
  const found = all.filter(({ id }) => !state.deleted.has(id));
  if (found.length < 2) return found;
  const named = found.slice(0, 3).map(({ id }) => `${type}/${id}`);
  const diagnostics = `the condition matches ${found.length} of them, such as ${named.join(', ')}; expected one at most`;
  throw refused(412, 'multiple-matches', diagnostics);
}

/** From the object store itself. */
async function latestOf(
  type: DefinitionType,
  id: string,
  { objects, latest }: PlanningState,
): Promise<LatestState> {
  for (let tried = 0; ; tried += 1) {
    const found = await objects.latest(id, latest.versions.get(id));
    if (!found.isHeld) return found;
    if (tried === HELD_TRIES) throw new DefinitionConflictError([`${type}/${id}`]);
    await delay(HELD_MS);
  }
}

function requireVersion(
  type: DefinitionType,
  id: string,
  latest: StoredVersion | undefined,
  expected: string,
): void {
  const found = definitionOf(type, latest)?.versionId;
  if (found !== expected) throw new VersionMismatchError(`${type}/${id}`, expected, found);
}
