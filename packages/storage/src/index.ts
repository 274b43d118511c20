export {
  InputChangedError,
  InvalidKeyError,
  SourceUnavailableError,
  StoreUnavailableError,
} from './errors.js';
export type { CreateResult, ObjectEntry, ObjectStore, PartSink, Sink, StoredObject, Upload } from './sink.js';
export type { FhirVersion, PinnedInput, Source } from './source.js';
