import { isIssueCode, isJsonObject } from '@millrace/fhir';
import type { Resource } from '@millrace/fhir';
import { ownRound } from '@millrace/threads';
import type { Answered } from '../terminology-server.js';

/** Characters that are parsed in a millisecond or two. */
const LONG_TEXT = 256 << 10;

/** The terms on which a server is asked. */
export interface AskTerms {
  /** Time for one request with its answer. */
  readonly requestMs: number;
  /** Of one answer, after decompression. */
  readonly mostBytes: number;
  /** The `Authorization` header of the next request. */
  readonly authorization?: (() => Promise<string>) | undefined;
}

/**
 * Sends one request and reads the resource that is answered. Redirects are not followed: the operator has named the server.
 *
 * @param wanted type of the resource
 */
export async function readAnswer(
  url: URL,
  init: Pick<RequestInit, 'method' | 'body' | 'headers'>,
  wanted: string,
  { requestMs, mostBytes, authorization }: AskTerms,
  signal: AbortSignal,
): Promise<Answered<Resource>> {
  const overdue = AbortSignal.timeout(requestMs);
  let credentials: Readonly<Record<string, string>> = {};
  try {
    if (authorization !== undefined) credentials = { Authorization: await authorization() };
  } catch {
    return failed('cannot be asked, because the credentials for it cannot be read');
  }
  try {
    const response = await fetch(url, {
      ...init,
      headers: { ...init.headers, ...credentials, Accept: 'application/fhir+json' },
      redirect: 'error',
      signal: AbortSignal.any([overdue, signal]),
    });
    const text = await boundedText(response, mostBytes);
    if (text === undefined) return failed(`answered more than ${mostBytes} bytes`);
    // A long text holds up the event loop, and nothing else has to wait for that round.
    if (text.length > LONG_TEXT) await ownRound();
    return judge(response.status, resourceIn(text), wanted);
  } catch {
    if (overdue.aborted) return failed(`did not answer within ${requestMs} ms`);
    return failed(signal.aborted ? 'took too long for all that was asked of it' : 'cannot be reached');
  }
}

/** The answer as far as its status and its codes tell: its texts may say anything. */
function judge(status: number, resource: Resource | undefined, wanted: string): Answered<Resource> {
  if (status >= 200 && status < 300) {
    if (resource?.resourceType === wanted) return { kind: 'found', value: resource };
    return failed(`answered with ${status} and no ${wanted}`);
  }
  const codes = issueCodes(resource);
  if (status === 404 || codes.includes('not-found')) return { kind: 'unknown' };
  const [code] = codes;
  return failed(`answered with ${status}${code === undefined ? '' : ` (${code})`}`);
}

function issueCodes(resource: Resource | undefined): readonly string[] {
  const issues: unknown = resource?.resourceType === 'OperationOutcome' ? resource['issue'] : undefined;
  if (!Array.isArray(issues)) return [];
  return issues.flatMap((issue: unknown) => {
    const code = isJsonObject(issue) ? issue['code'] : undefined;
    return typeof code === 'string' && isIssueCode(code) ? [code] : [];
  });
}

function resourceIn(text: string): Resource | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  // Only the type is known, as for any resource.
  return isJsonObject(value) && typeof value['resourceType'] === 'string' ? (value as Resource) : undefined;
}

/** Undefined where there is more; the rest is not read. */
async function boundedText(response: Response, mostBytes: number): Promise<string | undefined> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const body: AsyncIterable<Uint8Array> = response.body;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > mostBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function failed(why: string): { readonly kind: 'failed'; readonly why: string } {
  return { kind: 'failed', why };
}
