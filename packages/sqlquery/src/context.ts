import { canonicalText } from '@millrace/fhir';
import type { Canonical, ElementFault, Resource } from '@millrace/fhir';
import { libraryKindOf } from './library.js';

/** The kinds of artefact that SQL may depend on. */
export type SupportingKind = 'ViewDefinition' | 'SQLView' | 'ValueSet' | 'ConceptMap';

/** The kind of an artefact, or undefined where SQL cannot depend on it. */
export function supportingKindOf(resource: Resource): SupportingKind | undefined {
  switch (resource.resourceType) {
    case 'ViewDefinition':
    case 'ValueSet':
    case 'ConceptMap':
      return resource.resourceType;
    default:
      return libraryKindOf(resource) === 'view' ? 'SQLView' : undefined;
  }
}

/** An artefact that the request brings along. */
export interface ContextEntry {
  /** Such as `context[1]`. */
  readonly expression: string;
  readonly resource: Resource;
}

/** Artefacts of a request, found by the canonical URL that a dependency names. */
export interface Context {
  readonly faults: readonly ElementFault[];
  /** An entry counts as used once it was found. */
  find(canonical: Canonical): ContextEntry | undefined;
  unused(): readonly ContextEntry[];
}

/** https://hl7.org/fhir/uv/sql-on-fhir/operations-common.html#context-matching */
export function readContext(entries: readonly ContextEntry[]): Context {
  const faults: ElementFault[] = [];
  const byUrl = new Map<string, ContextEntry>();
  const used = new Set<ContextEntry>();
  for (const entry of entries) {
    const { expression, resource } = entry;
    const { url } = resource;
    if (supportingKindOf(resource) === undefined) {
      const expected = 'expected a ViewDefinition, an SQLView Library, a ValueSet or a ConceptMap';
      faults.push({
        expression,
        diagnostics: `is a ${resource.resourceType}, on which SQL cannot depend; ${expected}`,
      });
    } else if (typeof url !== 'string' || url === '') {
      faults.push({ expression, diagnostics: 'has no url, by which a dependency could name it' });
    } else if (byUrl.has(url)) {
      faults.push({
        expression,
        diagnostics: `has the url of ${byUrl.get(url)?.expression}; each may be given once`,
      });
    } else {
      byUrl.set(url, entry);
    }
  }
  return {
    faults,
    find(canonical) {
      const entry = byUrl.get(canonical.url);
      if (entry === undefined || !hasVersion(entry.resource, canonical)) return undefined;
      used.add(entry);
      return entry;
    },
    unused: () => [...byUrl.values()].filter((entry) => !used.has(entry)),
  };
}

/** Whether a resource is the one of a canonical URL: with a version exactly that one. */
function hasVersion(resource: Resource, canonical: Canonical): boolean {
  return canonical.version === undefined || resource['version'] === canonical.version;
}

/** For messages. */
export function nameOfCanonical(canonical: Canonical): string {
  return `"${canonicalText(canonical)}"`;
}
