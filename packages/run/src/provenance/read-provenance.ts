import { createReferenceKey, isJsonObject, momentOf } from '@millrace/fhir';
import type { Moment, OwnBases } from '@millrace/fhir';
import { readLineBlocks } from '@millrace/storage';
import type { PinnedInput, Source } from '@millrace/storage';
import type { JsonValue } from '@millrace/viewdef';

/** A resource of a source by type and id. */
export interface Target {
  readonly resourceType: string;
  readonly id: string;
}

/** A Provenance by the values that decide whether it is exported. */
export interface ReadProvenance {
  /** Undefined where it has none that an id can be. */
  readonly id: string | undefined;
  /** Those of its targets that the source may have. */
  readonly targets: readonly Target[];
  readonly recorded: Moment | undefined;
  readonly resource: JsonValue;
}

const ID = /^[A-Za-z0-9\-.]{1,64}$/;
/** The type in `Patient/1`, in `Patient/1/_history/2` and in the same behind a base. */
const TYPE = /(?:^|\/)([A-Z][A-Za-z]*)\/[A-Za-z0-9\-.]{1,64}(?:\/_history\/[A-Za-z0-9\-.]{1,64})?$/;
const NEWLINE = 10;

/**
 * The Provenance resources of some inputs. Lines that are no Provenance are passed over: the export reads them again, and
 * says so.
 *
 * @param onBytes is told how many bytes of content were read since
 */
export async function* readProvenance(
  source: Source,
  inputs: readonly PinnedInput[],
  bases: OwnBases,
  onBytes: (bytes: number) => void,
  signal: AbortSignal,
): AsyncGenerator<ReadProvenance, void, undefined> {
  const targetOf = createTargetOf(bases);
  for (const input of inputs) {
    for await (const { bytes } of readLineBlocks(source, input, { start: 0, end: input.bytes }, { signal })) {
      onBytes(bytes.length);
      for (const line of linesOf(bytes)) {
        const resource = parse(line);
        if (resource?.['resourceType'] !== 'Provenance') continue;
        const { id, target, recorded } = resource;
        yield {
          id: typeof id === 'string' && ID.test(id) ? id : undefined,
          targets: Array.isArray(target) ? target.flatMap((one) => targetOf(one) ?? []) : [],
          recorded: typeof recorded === 'string' ? momentOf(recorded) : undefined,
          // Of JSON that was parsed.
          resource: resource as JsonValue,
        };
      }
    }
  }
}

function createTargetOf(bases: OwnBases): (reference: unknown) => Target | undefined {
  const keyOf = createReferenceKey(bases);
  return (one) => {
    const reference = isJsonObject(one) ? one['reference'] : undefined;
    const resourceType = typeof reference === 'string' ? TYPE.exec(reference)?.[1] : undefined;
    const id = resourceType === undefined ? undefined : keyOf(reference, resourceType);
    return resourceType === undefined || id === undefined ? undefined : { resourceType, id };
  };
}

function* linesOf(bytes: Buffer): Generator<string> {
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(NEWLINE, start);
    const end = newline < 0 ? bytes.length : newline;
    yield bytes.toString('utf8', start, end);
    start = end + 1;
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
