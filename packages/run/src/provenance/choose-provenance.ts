import { bytesToLookThrough, findResources } from '@millrace/cohort';
import { isLater, patientLinkOf, r4Types } from '@millrace/fhir';
import type { Moment } from '@millrace/fhir';
import type { Source } from '@millrace/storage';
import type { JsonValue } from '@millrace/viewdef';
import { accepts, createFilter } from '../range/resource-filter.js';
import type { FilterTerms } from '../range/resource-filter.js';
import { ProvenanceTooLargeError } from './errors.js';
import { readProvenance } from './read-provenance.js';
import type { Target } from './read-provenance.js';

/** Limits on the choice, which one thread makes before the export is cut into shards. */
export interface ProvenanceLimits {
  /** Provenance resources among which is chosen, and their targets. Their ids are in memory meanwhile. */
  readonly resources: number;
  readonly targets: number;
  /** Bytes of Provenance and of the types of its targets. */
  readonly bytes: number;
}

export const PROVENANCE_LIMITS: ProvenanceLimits = {
  resources: 500_000,
  targets: 500_000,
  bytes: 2 ** 30,
};

/**
 * The Provenance that is chosen. `compartments`: that of all resources in the compartments of the patients, of any age and
 * type. `relevant`: all that has an exported resource as target. `latest`: for each target only the one that was recorded last.
 * https://hl7.org/fhir/uv/bulkdata/export.html
 */
export type ProvenanceChoice =
  | { readonly kind: 'compartments' }
  | {
      readonly kind: 'relevant' | 'latest';
      /** Types that are exported. */
      readonly types: readonly string[];
    };

/** Ids of the Provenance resources that belong to an export. */
export interface ChosenProvenance {
  readonly ids: ReadonlySet<string>;
  /** Those of them that are of patients who joined later, where that was asked. */
  readonly joined: ReadonlySet<string> | undefined;
  /** Provenance without an id that would have been chosen. */
  readonly withoutId: number;
}

interface Candidate {
  readonly id: string | undefined;
  readonly targets: readonly string[];
  readonly recorded: Moment | undefined;
}

/**
 * Chooses the Provenance resources of an export by their targets. Provenance and the types of its targets are read through once.
 *
 * @param terms of the export; a choice by compartments needs patients, and minds no times
 * @throws ProvenanceTooLargeError; storage's errors
 */
export async function chooseProvenance(
  source: Source,
  choice: ProvenanceChoice,
  terms: FilterTerms,
  signal: AbortSignal,
  limits: ProvenanceLimits = PROVENANCE_LIMITS,
): Promise<ChosenProvenance> {
  const { candidates, wanted } = await readCandidates(source, choice, terms, signal, limits);
  const found = await findTargets(source, wanted, targetTerms(choice, terms), signal);
  const chosen = choice.kind === 'latest' ? latestOf(candidates, found) : havingOneOf(candidates, found);
  const joined = choice.kind === 'compartments' ? terms.joined : undefined;
  const ofJoined =
    joined === undefined
      ? undefined
      : await findTargets(source, wanted, { patients: joined, bases: terms.bases }, signal);
  return {
    ids: idsOf(chosen),
    joined: ofJoined && idsOf(havingOneOf(chosen, ofJoined)),
    withoutId: chosen.filter(({ id }) => id === undefined).length,
  };
}

function targetTerms(choice: ProvenanceChoice, terms: FilterTerms): FilterTerms {
  return choice.kind === 'compartments' ? { patients: terms.patients, bases: terms.bases } : terms;
}

/** Targets of each type by id. */
type Wanted = Map<string, Set<string>>;

async function readCandidates(
  source: Source,
  choice: ProvenanceChoice,
  { until, patients, joined, bases }: FilterTerms,
  signal: AbortSignal,
  limits: ProvenanceLimits,
): Promise<{ candidates: readonly Candidate[]; wanted: Wanted }> {
  const types = new Set(choice.kind === 'compartments' ? compartmentTypes() : choice.types);
  // Provenance that was recorded after the export is not the latest one.
  const isThere = filterOf('Provenance', { until, patients: undefined, bases });
  const decidesAlone = choice.kind === 'compartments' && joined === undefined;
  const candidates: Candidate[] = [];
  const wanted: Wanted = new Map();
  const inputs = await source.list('Provenance');
  const seen = { targets: 0, bytes: 0 };
  const count = (bytes: number): void => {
    seen.bytes += bytes;
    check(limits, candidates.length, seen);
  };
  for await (const { id, targets, recorded, resource } of readProvenance(
    source,
    inputs,
    bases,
    count,
    signal,
  )) {
    // A patient among the targets decides alone, and the others need not be looked for.
    const isAsked = ({ resourceType, id: target }: Target): boolean =>
      resourceType === 'Patient' && patients?.has(target) === true;
    const patient = decidesAlone ? targets.find(isAsked) : undefined;
    const ofTypes =
      patient === undefined ? targets.filter(({ resourceType }) => types.has(resourceType)) : [patient];
    if (ofTypes.length === 0 || !isThere(resource)) continue;
    candidates.push({ id, targets: ofTypes.map(keyOf), recorded });
    for (const { resourceType, id: target } of ofTypes) {
      const ids = wanted.get(resourceType) ?? new Set();
      wanted.set(resourceType, ids);
      if (!ids.has(target)) seen.targets += 1;
      ids.add(target);
    }
  }
  check(limits, candidates.length, { ...seen, bytes: seen.bytes + (await bytesOf(source, wanted)) });
  return { candidates, wanted };
}

function check(
  limits: ProvenanceLimits,
  resources: number,
  { targets, bytes }: { readonly targets: number; readonly bytes: number },
): void {
  if (resources > limits.resources)
    throw new ProvenanceTooLargeError(`the source has more than ${limits.resources} Provenance resources`);
  if (targets > limits.targets)
    throw new ProvenanceTooLargeError(
      `the Provenance of the source has more than ${limits.targets} resources as targets`,
    );
  if (bytes > limits.bytes) {
    throw new ProvenanceTooLargeError(
      `the Provenance of the source and the types of its targets have more than ${limits.bytes} bytes`,
    );
  }
}

async function bytesOf(source: Source, wanted: Wanted): Promise<number> {
  const inputs = await Promise.all([...wanted.keys()].map((type) => source.list(type)));
  return bytesToLookThrough(inputs.flat());
}

/** The keys of those targets that the source has and that pass a filter. */
async function findTargets(
  source: Source,
  wanted: Wanted,
  terms: FilterTerms,
  signal: AbortSignal,
): Promise<ReadonlySet<string>> {
  const found = new Set<string>();
  for (const [resourceType, ids] of wanted) {
    const passes = filterOf(resourceType, terms);
    const left = new Set(ids);
    const inputs = await source.list(resourceType);
    for await (const resource of findResources(source, inputs, resourceType, left, signal)) {
      left.delete(resource.id);
      // Of JSON that was parsed.
      if (passes(resource as JsonValue)) found.add(keyOf({ resourceType, id: resource.id }));
    }
  }
  return found;
}

function filterOf(resourceType: string, terms: FilterTerms): (resource: JsonValue) => boolean {
  // A Provenance names nobody else through the Group that it is about.
  const filter = createFilter(resourceType, { ...terms, mayNameOthers: true });
  return (resource) => accepts(filter, resource);
}

function compartmentTypes(): readonly string[] {
  return r4Types().filter((type) => patientLinkOf(type) !== undefined);
}

function keyOf({ resourceType, id }: Target): string {
  return `${resourceType}/${id}`;
}

function havingOneOf(candidates: readonly Candidate[], found: ReadonlySet<string>): readonly Candidate[] {
  return candidates.filter(({ targets }) => targets.some((target) => found.has(target)));
}

/** Of each target the Provenance that was recorded last, or several of the same moment. One that does not say when comes first. */
function latestOf(candidates: readonly Candidate[], found: ReadonlySet<string>): readonly Candidate[] {
  const latest = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    for (const target of new Set(candidate.targets)) {
      if (!found.has(target)) continue;
      const best = latest.get(target);
      const [one] = best ?? [];
      if (best === undefined || one === undefined || isAfter(candidate.recorded, one.recorded))
        latest.set(target, [candidate]);
      else if (!isAfter(one.recorded, candidate.recorded)) best.push(candidate);
    }
  }
  return [...new Set([...latest.values()].flat())];
}

function isAfter(moment: Moment | undefined, than: Moment | undefined): boolean {
  return moment !== undefined && (than === undefined || isLater(moment, than));
}

function idsOf(candidates: readonly Candidate[]): ReadonlySet<string> {
  return new Set(candidates.flatMap(({ id }) => id ?? []));
}
