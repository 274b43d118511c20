import { isRemoved } from './round-seen.js';
import type { ExportSeen, RoundSeen, SeenState, Sighting } from './round-seen.js';

export function checkEnds({ exports }: RoundSeen): string[] {
  return exports.filter(({ isOver }) => !isOver).map(({ id }) => `export ${id} did not end`);
}

/**
 * Each export has one manifest or tombstone, under its own name, which agrees with the state that clients
 * see. One that was removed after it had ended has none.
 */
export function checkManifests({ exports, keys }: RoundSeen): string[] {
  return exports
    .filter(({ isOver }) => isOver)
    .flatMap((seen) => {
      const { id, manifest } = seen;
      const found = [...keys].filter((key) => key.includes(`/${id}/`) && key.endsWith('/manifest.json'));
      if (found.length === 0 && isRemoved(seen)) return [];
      if (found.length !== 1) return [`export ${id} has ${found.length} manifests`];
      if (manifest?.exportId !== id) return [`the manifest of export ${id} names ${manifest?.exportId}`];
      const wanted = STATE_OF[manifest.outcome];
      return seen.sightings
        .filter(({ state }) => state !== wanted)
        .map(
          ({ from, state }) =>
            `export ${id} is ${state} on ${from}, but its manifest says ${manifest.outcome}`,
        );
    });
}

const STATE_OF = { completed: 'completed', failed: 'failed', cancelled: 'gone' } as const;

/**
 * An export that has ended, and its result, stay the same for every API that is asked, and however often. One that was
 * removed is gone for good.
 */
export function checkStable({ exports }: RoundSeen): string[] {
  return exports.flatMap((seen) => {
    const { id, sightings } = seen;
    const end = isRemoved(seen) ? sightings.findIndex(({ state }) => state === 'gone') : sightings.length;
    return [...changes(id, sightings.slice(0, end)), ...changes(id, sightings.slice(end))];
  });
}

function changes(id: string, [first, ...later]: readonly Sighting[]): string[] {
  return later
    .filter(({ state, result }) => state !== first?.state || result !== first.result)
    .map(({ from, state }) => `export ${id} was ${first?.state} on ${first?.from}, then ${state} on ${from}`);
}

/** Faults that pass leave no mark: only a cancelled export is gone, and only damaged input fails. */
export function checkOutcomes({ exports }: RoundSeen): string[] {
  return exports
    .filter(({ isOver }) => isOver)
    .flatMap((seen) => {
      const state = seen.sightings.at(-1)?.state;
      if (state === undefined) return [`nobody says what became of export ${seen.id}`];
      return allowedStates(seen).includes(state)
        ? []
        : [`export ${seen.id} of the ${seen.source} source is ${state}${reasonOf(seen)}`];
    });
}

function allowedStates({ operation, source, cancel, mayFail }: ExportSeen): SeenState[] {
  if (operation === 'bulk' && cancel === 'answered') return ['gone'];
  return [
    source === 'damaged' ? 'failed' : 'completed',
    ...(mayFail ? (['failed'] as const) : []),
    // A DELETE of an export of views may come too late to change anything.
    ...(cancel === 'never' ? [] : (['gone'] as const)),
  ];
}

function reasonOf({ manifest }: ExportSeen): string {
  return manifest?.outcome === 'failed' ? `: ${manifest.failure.diagnostics}` : '';
}

/** From its 202 on, an export that was cancelled runs on no instance, and one of resources is gone. */
export function checkCancelled({ exports }: RoundSeen): string[] {
  return exports
    .filter(({ cancel }) => cancel === 'answered')
    .flatMap(({ id, operation, afterCancel }) =>
      afterCancel
        .filter(({ state }) => (operation === 'bulk' ? state !== 'gone' : state === 'running'))
        .map(
          ({ from, state }) => `export ${id} was ${state} on ${from} after its DELETE was answered with 202`,
        ),
    );
}
