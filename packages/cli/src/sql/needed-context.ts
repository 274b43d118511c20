import { isJsonObject } from '@millrace/fhir';
import type { ViewFile } from '../view-file.js';

/** The files of a context that SQL depends on, directly or through other SQL, and the others, which a server would refuse. */
export interface ChosenContext {
  readonly needed: readonly ViewFile[];
  readonly unneeded: readonly ViewFile[];
}

/** Matches by the canonical URLs that Libraries name; the versions of them are for the server to judge. */
export function chooseContext(queries: readonly ViewFile[], context: readonly ViewFile[]): ChosenContext {
  const needed = new Set<ViewFile>();
  const pending = [...queries];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    const urls = new Set(dependenciesOf(next));
    for (const file of context) {
      if (needed.has(file) || !urls.has(String(file.view['url']))) continue;
      needed.add(file);
      pending.push(file);
    }
  }
  // The server says what is wrong with a file that nothing can name.
  const isSent = (file: ViewFile): boolean => needed.has(file) || typeof file.view['url'] !== 'string';
  return { needed: context.filter(isSent), unneeded: context.filter((file) => !isSent(file)) };
}

/** Canonical URLs without their versions. */
function dependenciesOf({ view }: ViewFile): readonly string[] {
  const related: unknown = view['relatedArtifact'];
  if (!Array.isArray(related)) return [];
  return related.flatMap((entry: unknown) => {
    const canonical = isJsonObject(entry) ? entry['resource'] : undefined;
    return typeof canonical === 'string' ? [canonical.replace(/\|.*$/, '')] : [];
  });
}
