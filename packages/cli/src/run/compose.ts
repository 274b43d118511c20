import { createFileSource, type Source } from '@millrace/storage';
import type { InputPlace } from './input-place.js';
import { createSingleFileSource } from './single-file-source.js';

/** @param mayBlock whether reads may hold up the thread, as `createFileSource` has it */
export function openPlace({ kind, path, fhirVersion }: InputPlace, mayBlock = false): Source {
  return kind === 'file'
    ? createSingleFileSource(path, fhirVersion, mayBlock)
    : createFileSource({ name: path, root: path, fhirVersion, mayBlock });
}
