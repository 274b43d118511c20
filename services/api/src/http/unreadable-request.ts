import { maxHeaderSize, STATUS_CODES } from 'node:http';
import type { RequestListener, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { operationOutcome } from '@millrace/fhir';
import type { IssueCode } from '@millrace/fhir';
import { FHIR_JSON } from '@millrace/protocol';

/** A request that Node could not make out, so that nothing else sees it. */
interface UnreadableError extends Error {
  /** https://nodejs.org/docs/latest-v20.x/api/http.html#event-clienterror */
  readonly code?: string;
}

interface Refusal {
  readonly status: number;
  readonly code: IssueCode;
  readonly diagnostics: string;
}

const MALFORMED: Refusal = {
  status: 400,
  code: 'invalid',
  diagnostics: 'the request is not well-formed HTTP/1.1',
};

const REFUSALS: Readonly<Record<string, Refusal>> = {
  HPE_HEADER_OVERFLOW: {
    status: 431,
    code: 'too-long',
    diagnostics: `the request line and the headers are longer than ${maxHeaderSize} bytes, which is as much as this server reads`,
  },
  HPE_CHUNK_EXTENSIONS_OVERFLOW: {
    status: 413,
    code: 'too-long',
    diagnostics: 'the extensions of a chunk of the body are longer than this server reads',
  },
  ERR_HTTP_REQUEST_TIMEOUT: {
    status: 408,
    code: 'timeout',
    diagnostics: 'the request did not come to its end in the time that it may take',
  },
};

/** How long a client may take to read the answer and to close its side. */
const LAST_WORDS_MS = 1000;

/**
 * Answers what Node could not read as an OperationOutcome, and closes the connection. Nothing is answered to a client that is
 * gone, in the middle of another answer, or on a connection that never carried a byte: clients open spare ones, which are no
 * requests, and would take an answer for that of their next request.
 *
 * @param onRefused told of each
 */
export function refuseUnreadable(
  onRefused: (refused: { readonly status: number }) => void,
): (error: UnreadableError, socket: Socket) => void {
  return ({ code = '' }, socket) => {
    // Node keeps the answer that a connection is at under this name, and its own handler of these errors looks there.
    const { _httpMessage: begun } = socket as Socket & { readonly _httpMessage?: ServerResponse };
    if (!socket.writable || socket.bytesRead === 0 || begun?.headersSent === true) {
      socket.destroy();
      return;
    }
    const refusal = REFUSALS[code] ?? MALFORMED;
    onRefused({ status: refusal.status });
    socket.end(answerText(refusal));
    const timer = setTimeout(() => socket.destroy(), LAST_WORDS_MS);
    socket.once('close', () => clearTimeout(timer));
  };
}

/** For an `Expect` other than `100-continue`. https://www.rfc-editor.org/rfc/rfc9110#section-10.1.1 */
export function refuseExpectation(): RequestListener {
  const diagnostics = 'the header Expect asks for something that this server does not do';
  const { headers, body } = answerOf({ status: 417, code: 'not-supported', diagnostics });
  return (request, response) => {
    request.resume();
    response.writeHead(417, headers).end(body);
  };
}

function answerText(refusal: Refusal): string {
  const { headers, body } = answerOf(refusal);
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${refusal.status} ${STATUS_CODES[refusal.status] ?? ''}\r\n${lines.join('')}\r\n${body}`;
}

function answerOf({ code, diagnostics }: Refusal): {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
} {
  const body = JSON.stringify(operationOutcome([{ severity: 'error', code, diagnostics }]));
  const headers = {
    Date: new Date().toUTCString(),
    'Content-Type': `${FHIR_JSON}; charset=utf-8`,
    'Content-Length': String(Buffer.byteLength(body)),
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    Connection: 'close',
  };
  return { headers, body };
}
