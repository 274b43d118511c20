export {
  CorruptInputError,
  GzipRatioError,
  InputChangedError,
  LineTooLongError,
  ObjectExistsError,
  ObjectChangedError,
  ObjectMissingError,
  ReadOnceError,
  SourceUnavailableError,
  StoreUnavailableError,
  UploadLostError,
} from './errors.js';
export { boundInflation } from './bound-inflation.js';
export { PROBE_PREFIX } from './keys.js';
export { distinctFiles } from './distinct-files.js';
export type { DownloadLinks } from './download-links.js';
export { createFileSource } from './file/file-source.js';
export { fileVersion, readPinnedFile } from './file/pinned-file.js';
export { gunzipStream } from './lines/gunzip-input.js';
export { cutAtLines, idealCuts, lineStartFrom } from './lines/line-cuts.js';
export type { LineBlock } from './lines/line-blocks.js';
export { readLineBlocks } from './lines/line-reader.js';
export { DELETED } from './names/file-name.js';
export { isResourceType } from './names/resource-types.js';
export type { NamedFiles } from './names/named-files.js';
export { createNamedFiles } from './names/named-files.js';
export { UNDERSTOOD_FILES } from './names/unread-file.js';
export { confirmIdentity } from './identity/confirm-identity.js';
export type { StoreRegister } from './identity/settle-identity.js';
export { createMarker, readMarker } from './identity/store-marker.js';
export { openKnownSink, openProvenSink, placeOf } from './open-proven-sink.js';
export type { ProvenSink } from './open-proven-sink.js';
export { openDownloadLinks, openSink, openSource } from './open-store.js';
export { packingSink } from './packed/packing-sink.js';
export { probeStore } from './probe-store.js';
export { removePrefix } from './remove-prefix.js';
export type { CommittedObjects, CommittedVersion } from './same-content.js';
export { committedObjects } from './same-content.js';
export type { ObjectStore, PartSink, Sink, StoredObject, Upload } from './sink.js';
export type { FhirVersion, PinnedInput, Source } from './source.js';
export type { SourceTypes } from './source-types.js';
export { emptySurvey } from './source-survey.js';
export type { SourceSurvey } from './source-survey.js';
export { MOST_S3_BYTES } from './s3/s3-upload.js';
export { sourcesAt } from './sources-at.js';
export type { SinkConfig, SourceConfig } from './store-config.js';
