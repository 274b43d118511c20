import { emptySurvey } from '@millrace/storage';
import type { FhirVersion, PinnedInput, Source } from '@millrace/storage';
import type { RangeInputs } from './range-inputs.js';

const CHUNK_BYTES = 256 << 10;

/** Stands in errors for the name of a file. */
const KEY = 'the resources of the request';

/** Lines of resources of one type that are in memory, which threads share. */
export function createContentSource(content: SharedArrayBuffer, fhirVersion: FhirVersion): Source {
  const input: PinnedInput = { key: KEY, bytes: content.byteLength, compression: 'none', version: '1' };
  return {
    name: KEY,
    fhirVersion,
    list: async () => [input],
    survey: async () => emptySurvey(),
    async *read(_input, start, end, signal) {
      for (let at = start; at < end; at += CHUNK_BYTES) {
        signal?.throwIfAborted();
        yield new Uint8Array(content, at, Math.min(CHUNK_BYTES, end - at));
      }
    },
    probe: async () => undefined,
  };
}

/** The only input of a run over resources that came with its request. */
export function inputsOfContent(content: SharedArrayBuffer, fhirVersion: FhirVersion): RangeInputs {
  const source = createContentSource(content, fhirVersion);
  return {
    async of(resourceType) {
      const inputs = await source.list(resourceType);
      return inputs.map((input) => ({ source, input, name: input.key, isReadOnce: false, content }));
    },
    survey: (resourceTypes) => source.survey(resourceTypes),
  };
}
