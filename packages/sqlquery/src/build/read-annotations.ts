import { didYouMean } from '@millrace/fhir';
import { separateComments } from './sql-comments.js';

/** A remark about one line of an SQL file. */
export interface LineRemark {
  /** From 1; undefined for the file as a whole. */
  readonly line: number | undefined;
  readonly diagnostics: string;
}

/** `@key: value` in a comment. */
export interface Annotation {
  readonly value: string;
  readonly line: number;
}

export interface ReadAnnotations {
  /** The last of each key that may come once; `faults` tells of the others. */
  readonly one: Readonly<Partial<Record<SingleKey, Annotation>>>;
  readonly many: Readonly<Record<RepeatedKey, readonly Annotation[]>>;
  /** The SQL without comments, literals and quoted names. */
  readonly code: string;
  readonly faults: readonly LineRemark[];
  readonly warnings: readonly LineRemark[];
}

/** `url` is not in the guide: other Libraries name an SQLView by it. */
const SINGLE = ['name', 'title', 'description', 'version', 'status', 'publisher', 'url'] as const;
const REPEATED = ['author', 'param', 'relatedDependency'] as const;
export type SingleKey = (typeof SINGLE)[number];
type RepeatedKey = (typeof REPEATED)[number];

const KEYS: readonly string[] = [...SINGLE, ...REPEATED];

/** More than any SQL has. */
const MOST_ANNOTATIONS = 1000;

/**
 * Reads the annotations of an SQL file.
 * https://hl7.org/fhir/uv/sql-on-fhir/StructureDefinition-SQLQuery.html, "SQL Annotations"
 */
export function readAnnotations(sql: string): ReadAnnotations {
  const { comments, code } = separateComments(sql);
  const one: Partial<Record<SingleKey, Annotation>> = {};
  const many = { author: [], param: [], relatedDependency: [] } as Record<RepeatedKey, Annotation[]>;
  const faults: LineRemark[] = [];
  const warnings: LineRemark[] = [];
  let count = 0;
  for (const { text, line } of comments) {
    // A block comment often has a star before each line.
    const [, key = '', rest = ''] = /^[\s*]*@([A-Za-z]\w*)\s*:(.*)$/.exec(text.replace(/\r$/, '')) ?? [];
    if (key === '') continue;
    count += 1;
    if (count > MOST_ANNOTATIONS) {
      faults.push({ line, diagnostics: `there are more than ${MOST_ANNOTATIONS} annotations` });
      break;
    }
    const value = rest.trim();
    if (!KEYS.includes(key)) {
      warnings.push({ line, diagnostics: `@${key} is no annotation, and is left out${hint(key)}` });
    } else if (value === '') {
      faults.push({ line, diagnostics: `@${key} has no value` });
    } else if (isRepeated(key)) {
      many[key].push({ value, line });
    } else if (isSingle(key)) {
      if (one[key] !== undefined)
        faults.push({ line, diagnostics: `@${key} is given again; expected it once` });
      one[key] = { value, line };
    }
  }
  return { one, many, code, faults, warnings };
}

function hint(key: string): string {
  const nearest = didYouMean(key, KEYS);
  return nearest === '' ? `; expected one of ${KEYS.join(', ')}` : nearest;
}

function isRepeated(key: string): key is RepeatedKey {
  return (REPEATED as readonly string[]).includes(key);
}

function isSingle(key: string): key is SingleKey {
  return (SINGLE as readonly string[]).includes(key);
}
