import type { ExportRequest } from './request.js';
import { resourceTypeOf } from './subject.js';

/** The resource types whose resources an export has something of. SQL has that of all views among its tables. */
export function touchedTypes({ subjects, sql }: Pick<ExportRequest, 'subjects' | 'sql'>): readonly string[] {
  const types = subjects.flatMap((subject): readonly string[] => {
    switch (subject.kind) {
      case 'view':
      case 'resources':
      case 'blocks':
        return [resourceTypeOf(subject)];
      case 'deletions':
        return subject.resourceTypes;
      case 'sql':
        return (sql?.tables ?? []).flatMap((table) =>
          table.kind === 'view' ? [String(table.view['resource'])] : [],
        );
      default:
        return subject satisfies never;
    }
  });
  return [...new Set(types)];
}
