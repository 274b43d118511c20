import type { BulkLevel } from '@millrace/client';
import { InvalidArgumentError } from 'commander';

/** Parser of `--bulk`. */
export function bulkLevel(text: string): BulkLevel {
  if (text === 'system' || text === 'patient') return { kind: text };
  const [, id] = /^group\/([^/\s]+)$/i.exec(text) ?? [];
  if (id !== undefined) return { kind: 'group', id };
  throw new InvalidArgumentError('Expected system, patient, or group/ID such as group/diabetics.');
}
