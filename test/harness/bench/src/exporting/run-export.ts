import { awaitResult, fetchManifest, kickOff } from '@millrace/client';
import type { ExportManifest } from '@millrace/client';
import type { Format } from '@millrace/formats';
import type { BundledView } from '@millrace/samples';

export interface ExportWish {
  readonly source: string;
  readonly views: readonly BundledView[];
  readonly format: Format;
}

export interface ExportRun {
  /** Accepted to ended, as the server says. */
  readonly seconds: number;
  readonly rows: number;
  /** Bytes of the output. */
  readonly bytes: number;
  readonly manifest: ExportManifest;
}

/** Polls cost the server something too, but not much. */
const PACE = { defaultMs: 100, minMs: 50, maxMs: 200, patienceMs: 60_000 };

/** Exports views of a source and waits for the end. @throws ServerRefusedError with the reason when it fails */
export async function runExport(fhirUrl: string, wish: ExportWish, signal: AbortSignal): Promise<ExportRun> {
  const order = {
    subjects: wish.views.map(({ name, view }) => ({ name, resource: view })),
    format: wish.format,
    source: wish.source,
  };
  const statusUrl = await kickOff(fhirUrl, order, { signal });
  const manifest = await fetchManifest(await awaitResult(statusUrl, { signal, pace: PACE }), { signal });
  const files = manifest.outputs.flatMap((output) => output.files);
  return {
    seconds: (Date.parse(manifest.endedAt ?? '') - Date.parse(manifest.startedAt ?? '')) / 1000,
    rows: files.reduce((sum, { rows = 0 }) => sum + rows, 0),
    bytes: files.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    manifest,
  };
}
