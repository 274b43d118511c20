import { createEngineHere, createEnginePool, finalFault, rangeFault } from '@millrace/run';
import type { EarlyStart, EnginePool, EvaluationLimits, RangeFault } from '@millrace/run';
import { SourceUnavailableError, createFileSource, type Source } from '@millrace/storage';
import { createCompiledViews, type CompiledView } from '@millrace/viewdef';
import { reasonOf } from '../errors.js';
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

/**
 * Gives an engine the sources of the places by their names, and the text of its errors.
 *
 * @param mayBlock as `openPlace` has it
 */
export function engineAdapters(
  places: readonly InputPlace[],
  mayBlock: boolean,
): {
  source(name: string): Source;
  fault(error: unknown): RangeFault;
} {
  const placeOf = new Map(places.map((place) => [openPlace(place).name, place]));
  return {
    source(name) {
      const place = placeOf.get(name);
      if (!place) throw new SourceUnavailableError(name, 'this command has no input of that name');
      return openPlace(place, mayBlock);
    },
    // The user of the command owns the data and may see the whole error.
    fault: (error) => rangeFault(error) ?? finalFault(500, 'exception', reasonOf(error)),
  };
}

/** Threads that read the places, and store nothing. They are ended at once when nobody needs them. */
export function openPool(
  places: readonly InputPlace[],
  threads: number,
  limits: EvaluationLimits,
): EnginePool & EarlyStart {
  return createEnginePool<ThreadSetup>(threads, {
    thread: new URL('engine-thread.js', import.meta.url),
    setup: { places },
    sink: { abort: () => Promise.resolve() },
    stopGraceMs: 0,
    maxHeapMb: undefined,
    limits,
  });
}

/**
 * This thread as an engine that reads the places.
 *
 * @param compiled of views that it will be given
 * @param isSmall whether it may read all of them without doing anything else
 */
export function openEngineHere(
  places: readonly InputPlace[],
  compiled: ReadonlyMap<unknown, CompiledView>,
  isSmall: boolean,
): ReturnType<typeof createEngineHere> {
  const compile = createCompiledViews();
  return createEngineHere(
    engineAdapters(places, isSmall),
    (view, options) => compiled.get(view) ?? compile(view, options),
  );
}
