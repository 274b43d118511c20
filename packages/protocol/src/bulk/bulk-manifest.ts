import type { ManifestFile } from '@millrace/export';
import type { ExportUrls } from '../http/urls.js';
import { EXPORT_FILE_EXTENSION, exportFileExtension } from '../published/extensions.js';
import type { BulkPage } from './bulk-page.js';
import type { BulkRequest } from './bulk-request.js';
import type { OutcomeFile } from './outcome-file.js';

type Json = Readonly<Record<string, unknown>>;

/** The files of a page by what they are. */
interface Files {
  readonly output: readonly OutputFile[];
  readonly deleted: readonly ManifestFile[];
}

interface OutputFile {
  readonly file: ManifestFile;
  /** Undefined for a file of blocks. */
  readonly type?: string;
  /** The file in which the last block of this one goes on. */
  readonly next?: ManifestFile | undefined;
}

/**
 * The manifest of an export, or a page of it, in the form of the version that was asked for. A type without resources has
 * no file in it.
 *
 * @param transactionTime when the export was accepted, as an instant
 * @see https://hl7.org/fhir/uv/bulkdata/STU3/export.html#response---output-manifest
 * @see https://build.fhir.org/ig/HL7/bulk-data/StructureDefinition-BulkDataManifest.html
 */
export function bulkManifest(
  page: BulkPage,
  transactionTime: string,
  request: BulkRequest,
  urls: ExportUrls,
): Json {
  const { version } = request.bulk;
  switch (version) {
    case 3:
      return manifestOfVersion3(page, transactionTime, request, urls);
    case 4:
      return manifestOfVersion4(page, transactionTime, request, urls);
    default:
      return version satisfies never;
  }
}

function manifestOfVersion3(
  page: BulkPage,
  transactionTime: string,
  request: BulkRequest,
  urls: ExportUrls,
): Json {
  const { output, deleted } = filesOf(page, request);
  const { outcomes } = page;
  const item = ({ type, file, next }: OutputFile): Json => {
    const { name, rows, bytes, sha256 } = file;
    return {
      ...(type === undefined ? {} : { type }),
      url: urls.file(name),
      ...continuation(next, urls),
      count: rows,
      extension: { [EXPORT_FILE_EXTENSION]: { bytes, sha256 } },
    };
  };
  return {
    transactionTime,
    request: request.bulk.request,
    requiresAccessToken: urls.needsToken,
    ...organization(request),
    output: output.map(item),
    ...(request.filter?.since === undefined
      ? {}
      : { deleted: deleted.map((file) => item({ type: 'Bundle', file })) }),
    error:
      outcomes === undefined
        ? []
        : [{ type: 'OperationOutcome', url: urls.file(outcomes.name), count: linesOf(outcomes) }],
    ...linkOf(page, urls),
  };
}

/** A logical model of FHIR: in its JSON, lists are left out when they are empty. `output` stays for clients that walk it. */
function manifestOfVersion4(
  page: BulkPage,
  transactionTime: string,
  request: BulkRequest,
  urls: ExportUrls,
): Json {
  const { output, deleted } = filesOf(page, request);
  const { outcomes } = page;
  const item = (file: ManifestFile): Json => {
    const { name, rows, bytes } = file;
    return { extension: [exportFileExtension(file)], url: urls.file(name), count: rows, fileSize: bytes };
  };
  return {
    manifestType: 'http://hl7.org/fhir/uv/bulkdata/StructureDefinition/BulkDataManifest',
    transactionTime,
    requiresAccessToken: urls.needsToken,
    outputFormat: 'application/fhir+ndjson',
    ...organization(request),
    output: output.map(({ type, file, next }) => ({
      ...(type === undefined ? {} : { type }),
      ...item(file),
      ...continuation(next, urls),
    })),
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
    ...linkOf(page, urls),
  };
}

/** https://hl7.org/fhir/uv/bulkdata/STU3/export.html#manifest-link */
function linkOf({ next }: BulkPage, urls: ExportUrls): Json {
  return next === undefined ? {} : { link: [{ relation: 'next', url: urls.bulkPage(next) }] };
}

/** Output that is organized has no types. https://hl7.org/fhir/uv/bulkdata/export.html#bulk-data-output-file-organization */
function organization({ bulk: { organizeOutputBy } }: BulkRequest): Json {
  return organizeOutputBy === undefined ? {} : { outputOrganizedBy: organizeOutputBy };
}

function continuation(next: ManifestFile | undefined, urls: ExportUrls): Json {
  return next === undefined ? {} : { continuesInFile: urls.file(next.name) };
}

/** A page has all files of a shard, so that a block never goes on in another page. */
function filesOf({ files }: BulkPage, { subjects }: BulkRequest): Files {
  const output: OutputFile[] = [];
  const deleted: ManifestFile[] = [];
  for (const [at, file] of files.entries()) {
    const subject = subjects[file.subject];
    if (subject === undefined)
      throw new Error(`file ${file.name} is of a subject that the request does not have`);
    switch (subject.kind) {
      case 'resources':
        // Such a subject is named after their type.
        output.push({ type: subject.name, file });
        break;
      case 'blocks':
        output.push({ file, next: file.continues ? files[at + 1] : undefined });
        break;
      case 'deletions':
        deleted.push(file);
        break;
      case 'view':
      case 'sql':
        break;
      default:
        subject.kind satisfies never;
    }
  }
  return { output, deleted };
}

function linesOf({ severities }: OutcomeFile): number {
  return severities.reduce((sum, { count }) => sum + count, 0);
}
