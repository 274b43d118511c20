import { manifestFileName, programOf } from '@millrace/export';
import type {
  CompletedManifest,
  ExportRecord,
  ExportRequest,
  Notice,
  Part,
  Subject,
  TerminologyProvenance,
} from '@millrace/export';
import { manifestHead } from './manifest-head.js';
import type { Decided } from './manifest-head.js';

/** The results of an export whose steps are all done. */
export interface FinishedWork {
  /** The engine that evaluated each subject, in request order. */
  readonly engines: readonly string[];
  /** Files of each subject, in request order, and each in input order. */
  readonly files: readonly (readonly Part[])[];
  /** How many stored pages list them; undefined where the client did not allow pages. */
  readonly pages: number | undefined;
  readonly notices: readonly Notice[];
}

/** The manifest of a completed export. Pure, so that anybody can make it again while the export is deciding. */
export function completedManifest(
  record: ExportRecord,
  request: ExportRequest,
  { engines, files, pages, notices }: FinishedWork,
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
      engine: engineOf(engines, index),
      ...terminologyOf(request, subject),
      files: (files[index] ?? []).map(({ key, rows, bytes, sha256, etag, continues }, at) => ({
        name: manifestFileName(subject.name, at + 1, request.format),
        key,
        rows,
        bytes,
        sha256,
        etag,
        ...(continues === undefined ? {} : { continues }),
      })),
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
function engineOf(engines: readonly string[], subject: number): string {
  const engine = engines[subject];
  if (engine === undefined) throw new Error(`the engine of subject ${subject} is unknown`);
  return engine;
}
