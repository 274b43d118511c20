import { manifestFileName, programOf } from '@millrace/export';
import type {
  CompletedManifest,
  ExportRecord,
  ExportRequest,
  ManifestColumn,
  ManifestTable,
  Notice,
  Subject,
  TerminologyProvenance,
} from '@millrace/export';
import type { FinishedSubject } from './finished-subject.js';
import type { OutputPart } from './gather-files.js';
import { manifestHead } from './manifest-head.js';
import type { Decided } from './manifest-head.js';

/** The results of an export whose steps are all done. */
export interface FinishedWork {
  /** In request order. */
  readonly subjects: readonly FinishedSubject[];
  /** Files of each subject, in request order, and each in input order. */
  readonly files: readonly (readonly OutputPart[])[];
  /** How many stored pages list them; undefined where the client did not allow pages. */
  readonly pages: number | undefined;
  readonly notices: readonly Notice[];
  /** The version of the table of each output, in request order; empty where none was asked for. */
  readonly tables: readonly ManifestTable[];
}

/** The manifest of a completed export. Pure, so that anybody can make it again while the export is deciding. */
export function completedManifest(
  record: ExportRecord,
  request: ExportRequest,
  { subjects, files, pages, notices, tables }: FinishedWork,
  decided: Decided,
): CompletedManifest {
  return {
    ...manifestHead(record, decided),
    outcome: 'completed',
    skippedLines: record.skippedLines,
    ...(pages === undefined ? {} : { pages }),
    notices: [...(request.notices ?? []), ...notices],
    outputs: request.subjects.map((subject, index) => ({
      name: subject.name,
      ...factsOf(subjects, index),
      ...(tables[index] === undefined ? {} : { table: tables[index] }),
      ...terminologyOf(request, subject),
      files: (files[index] ?? []).map(
        ({ key, rows, bytes, sha256, etag, unpacked, continues, partitionValues }, at) => ({
          name: manifestFileName(subject.name, at + 1, request.format),
          key,
          rows,
          bytes,
          sha256,
          etag,
          ...(unpacked === undefined ? {} : { unpacked }),
          ...(partitionValues === undefined ? {} : { partitionValues }),
          ...(continues === undefined ? {} : { continues }),
        }),
      ),
    })),
  };
}

function terminologyOf(
  request: ExportRequest,
  subject: Subject,
): { readonly terminology?: TerminologyProvenance[] } {
  if (subject.kind !== 'sql') return {};
  const terminology = programOf(request, subject).tables.flatMap((table) =>
    table.kind === 'rows' ? [table.provenance] : [],
  );
  return terminology.length === 0 ? {} : { terminology };
}

/** A wrong name in the record would look like a right one. */
function factsOf(
  subjects: readonly FinishedSubject[],
  index: number,
): { readonly engine: string; readonly columns?: ManifestColumn[] } {
  const subject = subjects[index];
  if (subject === undefined) throw new Error(`the engine of subject ${index} is unknown`);
  const { engine, columns } = subject;
  return { engine, ...(columns === undefined ? {} : { columns: [...columns] }) };
}
