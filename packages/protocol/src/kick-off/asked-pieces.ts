import { isJsonObject } from '@millrace/fhir';
import { choosesRepresentation } from '../http/representation.js';
import { handlingOf } from '../http/preferences.js';
import type { Level, OperationDeclaration } from '../operations/operation.js';
import type { KickOffRequest } from './kick-off-request.js';
import { preferencesOf } from './request-headers.js';

const PIECE_LENGTH = 16 << 10;

/**
 * The content of a kick-off as a text, which is the same for requests that ask for the same: the operation
 * and its address, each parameter with its whole value, and how faults are handled. The order of the
 * properties of an object and the white space of a body do not matter; the order of lists does. The
 * representation of the answer is not part of it.
 */
export function* askedPieces(
  operation: Pick<OperationDeclaration, 'id'>,
  level: Level,
  request: KickOffRequest,
): Generator<string> {
  const query = Object.entries(request.query ?? {}).filter(
    ([name, value]) => !choosesRepresentation(name, value),
  );
  const asked = {
    operation: operation.id,
    level,
    instance: request.instanceId ?? null,
    method: request.method,
    handling: handlingOf(preferencesOf(request)),
    query: Object.fromEntries(query),
    body: request.body ?? null,
  };
  const text = { made: '' };
  yield* canonicalPieces(asked, text);
  yield text.made;
}

/** Adds the JSON of a tree, with sorted properties, to `text`; what is long is yielded and taken out. */
function* canonicalPieces(tree: unknown, text: { made: string }): Generator<string> {
  if (text.made.length > PIECE_LENGTH) {
    yield text.made;
    text.made = '';
  }
  if (Array.isArray(tree)) {
    text.made += '[';
    for (const [index, item] of tree.entries()) {
      if (index > 0) text.made += ',';
      yield* canonicalPieces(item, text);
    }
    text.made += ']';
  } else if (isJsonObject(tree)) {
    text.made += '{';
    for (const [index, key] of Object.keys(tree).sort().entries()) {
      text.made += `${index === 0 ? '' : ','}${JSON.stringify(key)}:`;
      yield* canonicalPieces(tree[key], text);
    }
    text.made += '}';
  } else {
    text.made += JSON.stringify(tree) ?? 'null';
  }
}
