import { refusal } from './answer.js';
import type { TestAnswer, TestResource } from './answer.js';

export interface ExpandTerms {
  /** Most entries of a page, whatever is asked for. */
  readonly pageCap: number;
  readonly tellsTotal: boolean;
  /** Answers all entries to each request, as servers without pages do. */
  readonly ignoresPages: boolean;
}

interface AskedPage {
  readonly offset: number;
  readonly count: number;
}

/** One page of the expansion of this ValueSet. */
export function expand(valueSet: TestResource, { offset, count }: AskedPage, terms: ExpandTerms): TestAnswer {
  const entries = entriesOf(valueSet);
  if (entries === undefined) return refusal(404, 'not-found', 'a code system of it is not known');
  const { url, version } = valueSet;
  const contains = terms.ignoresPages
    ? entries
    : entries.slice(offset, offset + Math.min(count, terms.pageCap));
  return {
    status: 200,
    body: {
      resourceType: 'ValueSet',
      url,
      version,
      expansion: {
        identifier: 'urn:uuid:5f0c2f5e-3b0a-4a53-9c4b-0d3c7f6c1a11',
        timestamp: '2026-11-30T10:00:00Z',
        ...(terms.tellsTotal ? { total: entries.length } : {}),
        ...(terms.ignoresPages ? {} : { offset }),
        parameter: [
          { name: 'count', valueInteger: count },
          { name: 'used-codesystem', valueUri: 'urn:test:colours|2026' },
        ],
        contains,
      },
    },
  };
}

/** Those of its own expansion, else the concepts that it lists; undefined where a list names none. */
function entriesOf({ expansion, compose }: TestResource): readonly unknown[] | undefined {
  if (isObject(expansion)) return listOf(expansion['contains']);
  const includes = isObject(compose) ? listOf(compose['include']) : [];
  const entries: unknown[] = [];
  for (const include of includes) {
    if (!isObject(include) || !Array.isArray(include['concept'])) return undefined;
    const { system, version } = include;
    for (const concept of include['concept'])
      entries.push({ system, version, ...(isObject(concept) ? concept : {}) });
  }
  return entries;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
