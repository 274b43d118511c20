import { isJsonObject } from '@millrace/fhir';
import { indexedGroup } from './indexed-group.js';
import type { IndexedType } from './index-keys.js';
import { NO_BODY } from './index-record.js';
import type { IndexRecord } from './index-record.js';

/** https://hl7.org/fhir/R4/datatypes.html#id; nothing else can be asked for. */
const ID = /^[A-Za-z0-9\-.]{1,64}$/;
const NEWLINE = 10;

/**
 * The records of the resources of a type in some lines, in their order. A line that is no such resource has none, whatever the
 * text of it looks like: every line is parsed, because an index must not name anybody who does not exist.
 */
export function* indexedLines(lines: Buffer, resourceType: IndexedType): Generator<IndexRecord> {
  for (let at = 0; at < lines.length;) {
    const newline = lines.indexOf(NEWLINE, at);
    const end = newline < 0 ? lines.length : newline;
    const resource = parse(lines.toString('utf8', at, end));
    at = end + 1;
    if (resource?.['resourceType'] !== resourceType) continue;
    const { id } = resource;
    if (typeof id !== 'string' || !ID.test(id)) continue;
    yield { id, body: resourceType === 'Group' ? indexedGroup({ ...resource, id }) : NO_BODY };
  }
}

function parse(line: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
