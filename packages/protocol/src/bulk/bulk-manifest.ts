import type { CompletedManifest, ManifestFile } from '@millrace/export';
import type { ExportUrls } from '../http/urls.js';
import { EXPORT_FILE_EXTENSION, exportFileExtension } from '../published/extensions.js';
import type { BulkRequest } from './bulk-request.js';
import { outcomeFile } from './outcome-file.js';

type Json = Readonly<Record<string, unknown>>;

/** The files of a manifest by what they are. */
interface Files {
  readonly output: readonly { readonly type: string; readonly file: ManifestFile }[];
  readonly deleted: readonly ManifestFile[];
}

/**
 * The manifest of a completed export in the form of the version that was asked for. A type without resources has no file
 * in it.
 *
 * @see https://hl7.org/fhir/uv/bulkdata/STU3/export.html#response---output-manifest
 * @see https://build.fhir.org/ig/HL7/bulk-data/StructureDefinition-BulkDataManifest.html
 */
export function bulkManifest(manifest: CompletedManifest, request: BulkRequest, urls: ExportUrls): Json {
  const { version } = request.bulk;
  switch (version) {
    case 3:
      return manifestOfVersion3(manifest, request, urls);
    case 4:
      return manifestOfVersion4(manifest, request, urls);
    default:
      return version satisfies never;
  }
}

function manifestOfVersion3(manifest: CompletedManifest, request: BulkRequest, urls: ExportUrls): Json {
  const { output, deleted } = filesOf(manifest, request);
  const outcomes = outcomeFile(manifest, request);
  const item = (type: string, file: ManifestFile): Json => {
    const { name, rows, bytes, sha256 } = file;
    return {
      type,
      url: urls.file(name),
      count: rows,
      extension: { [EXPORT_FILE_EXTENSION]: { bytes, sha256 } },
    };
  };
  return {
    transactionTime: manifest.acceptedAt,
    request: request.bulk.request,
    requiresAccessToken: false,
    output: output.map(({ type, file }) => item(type, file)),
    ...(request.filter?.since === undefined ? {} : { deleted: deleted.map((file) => item('Bundle', file)) }),
    error:
      outcomes === undefined
        ? []
        : [{ type: 'OperationOutcome', url: urls.file(outcomes.name), count: linesOf(outcomes) }],
  };
}

/** A logical model of FHIR: in its JSON, lists are left out when they are empty. `output` stays for clients that walk it. */
function manifestOfVersion4(manifest: CompletedManifest, request: BulkRequest, urls: ExportUrls): Json {
  const { output, deleted } = filesOf(manifest, request);
  const outcomes = outcomeFile(manifest, request);
  const item = (file: ManifestFile): Json => {
    const { name, rows, bytes } = file;
    return { extension: [exportFileExtension(file)], url: urls.file(name), count: rows, fileSize: bytes };
  };
  return {
    manifestType: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkDataManifest',
    transactionTime: manifest.acceptedAt,
    requiresAccessToken: false,
    outputFormat: 'application/fhir+ndjson',
    output: output.map(({ type, file }) => ({ type, ...item(file) })),
    ...(deleted.length === 0 ? {} : { deleted: deleted.map(item) }),
    ...(outcomes === undefined
      ? {}
      : {
          outcome: [
            {
              url: urls.file(outcomes.name),
              count: linesOf(outcomes),
              fileSize: outcomes.content.length,
              countSeverity: outcomes.severities,
            },
          ],
        }),
  };
}

function filesOf({ exportId, outputs }: CompletedManifest, { subjects }: BulkRequest): Files {
  const filesOfSubject = ({ name }: { readonly name: string }): readonly ManifestFile[] => {
    const found = outputs.find((candidate) => candidate.name === name);
    if (found === undefined) throw new Error(`manifest of export ${exportId} lacks output ${name}`);
    return found.files;
  };
  return {
    // A subject of resources is named after their type.
    output: subjects
      .filter(({ kind }) => kind === 'resources')
      .flatMap((subject) => filesOfSubject(subject).map((file) => ({ type: subject.name, file }))),
    deleted: subjects.filter(({ kind }) => kind === 'deletions').flatMap(filesOfSubject),
  };
}

function linesOf({ severities }: NonNullable<ReturnType<typeof outcomeFile>>): number {
  return severities.reduce((sum, { count }) => sum + count, 0);
}
