import type { AuditedTerminology } from '@millrace/audit';
import type { ExportRequest } from '@millrace/export';
import type { Response } from 'express';

/** Entries of the audit log have no longer text. */
const MOST_CHARACTERS = 256;

const used = new WeakMap<Response, readonly AuditedTerminology[]>();

/** Remembers the value sets and concept maps of the export that a request is answered with. */
export function rememberTerminology(response: Response, { sql }: Pick<ExportRequest, 'sql'>): void {
  const terminology = (sql?.tables ?? []).flatMap((table): AuditedTerminology[] => {
    if (table.kind !== 'rows') return [];
    const { canonical, version, source, server, rows } = table.provenance;
    return [
      {
        canonical: short(canonical),
        ...(version === undefined ? {} : { version: short(version) }),
        source: source === 'terminology-server' ? short(server ?? source) : source,
        rows,
      },
    ];
  });
  if (terminology.length > 0) used.set(response, terminology);
}

/** For the end of its audit entry. */
export function terminologyOf(response: Response): { terminology?: AuditedTerminology[] } {
  const terminology = used.get(response);
  return terminology === undefined ? {} : { terminology: [...terminology] };
}

function short(text: string): string {
  return text.slice(0, MOST_CHARACTERS);
}
