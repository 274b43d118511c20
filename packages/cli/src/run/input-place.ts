import type { FhirVersion } from '@millrace/storage';

/** The place that one `--input` names, as plain data that can be posted to a thread. */
export interface InputPlace {
  /** `stream`: a pipe, FIFO or socket. `device`: any other file that can be read only once. */
  readonly kind: 'folder' | 'file' | 'stream' | 'device';
  /** `STANDARD_INPUT`, or absolute. */
  readonly path: string;
  readonly fhirVersion: FhirVersion;
}

/** Stands for standard input. */
export const STANDARD_INPUT = '-';

/** Whether a place can be read once only. */
export function isPipe({ kind }: InputPlace): boolean {
  return kind === 'stream' || kind === 'device';
}
