import { auditEntrySchema } from './audit-entry.js';
import type { AuditEntry } from './audit-entry.js';
import { CorruptAuditError } from './errors.js';

/** @throws CorruptAuditError, which names the place but not the content */
export function parseEntry(text: string, place: string): AuditEntry {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new CorruptAuditError(place, 'it is not JSON');
  }
  const entry = auditEntrySchema.safeParse(value);
  if (!entry.success) {
    const [issue] = entry.error.issues;
    throw new CorruptAuditError(place, `${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  return entry.data;
}

/** Entries as NDJSON, the same bytes for the same entries. */
export function segmentText(entries: readonly AuditEntry[]): string {
  return entries.map((entry) => `${JSON.stringify(auditEntrySchema.parse(entry))}\n`).join('');
}

/** @throws CorruptAuditError */
export function parseSegment(text: string, key: string): AuditEntry[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parseEntry(line, key));
}
