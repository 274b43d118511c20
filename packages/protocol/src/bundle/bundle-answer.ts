import { operationOutcome } from '@millrace/fhir';
import {
  bundlePieces,
  definitionFoundAnswer,
  mapped,
  searchPieces,
  addressOf,
} from '../definitions/definition-answers.js';
import type { AnsweredDefinition } from '../definitions/definition-answers.js';
import type { StoredType } from '../definitions/interactions.js';
import { FHIR_JSON } from '../http/answer.js';
import type { Answer } from '../http/answer.js';

/** The answer to an entry, as it would be to a request of its own. */
export type EntryAnswer =
  | { readonly kind: 'answer'; readonly answer: Answer; readonly isError: boolean }
  | {
      readonly kind: 'found';
      readonly definition: AnsweredDefinition;
      readonly ifNoneMatch: string | undefined;
    }
  | {
      readonly kind: 'search';
      readonly type: StoredType;
      readonly query: string;
      readonly definitions: readonly AnsweredDefinition[];
      readonly total: number;
      /** The cursor of the next page; undefined at the end. */
      readonly next: string | undefined;
    };

/** The JSON of the Bundle that answers a batch or transaction, piece by piece. */
export function bundleAnswerPieces(
  kind: 'batch' | 'transaction',
  answers: readonly EntryAnswer[],
  baseUrl: string,
): Generator<string | Buffer> {
  return bundlePieces(
    { type: `${kind}-response` },
    mapped(answers, (answer) => entryPieces(answer, baseUrl)),
  );
}

function* entryPieces(entry: EntryAnswer, baseUrl: string): Generator<string | Buffer> {
  switch (entry.kind) {
    case 'found': {
      const { status, headers } = definitionFoundAnswer(entry.definition, entry.ifNoneMatch);
      const fullUrl = JSON.stringify(addressOf(baseUrl, entry.definition));
      if (status === 304) {
        yield `{"response":${response(status, headers)}}`;
        return;
      }
      yield `{"fullUrl":${fullUrl},"resource":`;
      yield entry.definition.json;
      yield `,"response":${response(status, headers)}}`;
      return;
    }
    case 'search': {
      const { type, query, definitions, total, next } = entry;
      yield '{"resource":';
      yield* searchPieces(definitions, total, { path: `/${type}`, query, next }, baseUrl);
      yield ',"response":{"status":"200 OK"}}';
      return;
    }
    case 'answer': {
      const { answer, isError } = entry;
      const { status, headers, body, json } = answer;
      const isOutcome = isError || isOperationOutcome(body);
      if (json !== undefined) {
        yield '{"resource":';
        yield json;
        yield `,"response":${response(status, headers)}}`;
        return;
      }
      yield `{"response":${response(status, headers, isOutcome ? body : undefined)}}`;
      return;
    }
    default:
      return entry satisfies never;
  }
}

function isOperationOutcome(body: unknown): boolean {
  return (
    typeof body === 'object' &&
    body !== null &&
    'resourceType' in body &&
    body.resourceType === 'OperationOutcome'
  );
}

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  304: 'Not Modified',
  400: 'Bad Request',
  404: 'Not Found',
  409: 'Conflict',
  410: 'Gone',
  412: 'Precondition Failed',
  422: 'Unprocessable Entity',
  503: 'Service Unavailable',
};

function response(status: number, headers: Answer['headers'], outcome?: unknown): string {
  const { ETag: etag, 'Last-Modified': modified } = headers;
  const location = headers['Location'] ?? headers['Content-Location'];
  const reason = REASONS[status];
  return JSON.stringify({
    status: reason === undefined ? String(status) : `${status} ${reason}`,
    ...(location === undefined ? {} : { location }),
    ...(etag === undefined ? {} : { etag }),
    // HTTP dates have whole seconds, and an instant of FHIR needs no more.
    ...(modified === undefined ? {} : { lastModified: new Date(modified).toISOString() }),
    ...(outcome === undefined ? {} : { outcome }),
  });
}

/** For an entry of which nothing more is to be said. */
export function tooLargeAnswer(): EntryAnswer {
  const diagnostics =
    'the answers to the entries before have used up the room of one answer; ask for this one by itself';
  const body = operationOutcome([{ severity: 'error', code: 'too-costly', diagnostics }]);
  return {
    kind: 'answer',
    isError: true,
    answer: { status: 422, headers: { 'Content-Type': FHIR_JSON }, body },
  };
}
