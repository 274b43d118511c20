import { createEnginePool } from '@millrace/run';
import type { EnginePool, EvaluationLimits } from '@millrace/run';
import { createFileSource, type Source } from '@millrace/storage';
import type { InputPlace } from './input-place.js';
import { createPipeSource } from './pipe-source.js';
import { createSingleFileSource } from './single-file-source.js';

/** The main thread gives this to each engine thread, which composes its sources from it. */
export interface ThreadSetup {
  readonly places: readonly InputPlace[];
}

/** @param mayBlock whether reads may hold up the thread, as `createFileSource` has it */
export function openPlace(place: InputPlace, mayBlock = false): Source {
  const { kind, path, fhirVersion } = place;
  switch (kind) {
    case 'file':
      return createSingleFileSource(path, fhirVersion, mayBlock);
    case 'folder':
      return createFileSource({ name: path, root: path, fhirVersion, mayBlock });
    case 'stream':
    case 'device':
      return createPipeSource(place);
    default:
      return kind satisfies never;
  }
}

/** Threads that read the places, and store nothing. They are ended at once when nobody needs them. */
export function openPool(
  places: readonly InputPlace[],
  threads: number,
  limits: EvaluationLimits,
): EnginePool {
  return createEnginePool<ThreadSetup>(threads, {
    thread: new URL('engine-thread.js', import.meta.url),
    setup: { places },
    sink: { abort: () => Promise.resolve() },
    stopGraceMs: 0,
    maxHeapMb: undefined,
    limits,
  });
}
