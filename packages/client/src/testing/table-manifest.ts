import { createHash } from 'node:crypto';
import type { ExportManifest, OutputFile } from '../manifest.js';

/** A manifest of a completed export with one table in some files. */
export function manifestOf(...files: OutputFile[]): ExportManifest {
  return {
    exportId: 'e1',
    status: 'completed',
    clientTrackingId: undefined,
    format: 'ndjson',
    startedAt: undefined,
    endedAt: undefined,
    expires: undefined,
    notices: [],
    outputs: [{ name: 'patients', files }],
  };
}

/** In hex. */
export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
