import { createFileSource, type Source } from '@millrace/storage';
import type { InputPlace } from './input-place.js';
import { createPipeSource } from './pipe-source.js';
import { createSingleFileSource } from './single-file-source.js';

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
