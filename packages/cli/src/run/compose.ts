import { createFileSource, type Source } from '@millrace/storage';
import type { InputPlace } from './input-place.js';
import { createSingleFileSource } from './single-file-source.js';

export function openPlace({ kind, path, fhirVersion }: InputPlace): Source {
  return kind === 'file'
    ? createSingleFileSource(path, fhirVersion)
    : createFileSource({ name: path, root: path, fhirVersion });
}
