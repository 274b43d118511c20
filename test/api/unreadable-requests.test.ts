import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ApiService } from '@millrace/api-service';
import { openPlatform } from './start-api.js';
import type { Platform } from './start-api.js';

let platform: Platform;
let api: ApiService;

beforeAll(async () => {
  platform = await openPlatform();
  api = await platform.start({ REQUEST_TIMEOUT: '1s' });
});

afterAll(() => platform.close());

/** Sends bytes on a connection of their own, and gives the answer once the API has closed it. */
async function exchange(sent: string): Promise<{ head: string; body: string }> {
  const { hostname, port } = new URL(api.fhirUrl);
  const socket = connect(Number(port), hostname);
  socket.write(sent);
  const answer = Buffer.concat(await socket.toArray()).toString();
  const [head = '', body = ''] = answer.split('\r\n\r\n');
  return { head, body };
}

const POST = 'POST /fhir/$sql-export HTTP/1.1\r\nHost: x\r\nContent-Type: application/fhir+json\r\n';
const LONG = 'x'.repeat(16 << 10);

describe('a request that cannot be read is answered with an OperationOutcome, and its connection closed', () => {
  it.each([
    ['a line that is too long', `GET /fhir/${LONG} HTTP/1.1\r\nHost: x\r\n\r\n`, 431, 'too-long'],
    ['headers that are too long', `GET /fhir HTTP/1.1\r\nHost: x\r\nA: ${LONG}\r\n\r\n`, 431, 'too-long'],
    ['what is no HTTP', 'hello\r\n\r\n', 400, 'invalid'],
    ['a method that there is not', 'FETCH /fhir/metadata HTTP/1.1\r\nHost: x\r\n\r\n', 400, 'invalid'],
    ['a length that is no number', `${POST}Content-Length: x\r\n\r\n{}`, 400, 'invalid'],
    ['two lengths', `${POST}Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}`, 400, 'invalid'],
    ['a chunk without a length', `${POST}Transfer-Encoding: chunked\r\n\r\nx\r\n`, 400, 'invalid'],
    [
      'a chunk with a long extension',
      `${POST}Transfer-Encoding: chunked\r\n\r\n1;${LONG}${LONG}\r\n{\r\n0\r\n\r\n`,
      413,
      'too-long',
    ],
    ['a head that does not end', 'GET /fhir/metadata HTTP/1.1\r\nHost: x\r\n', 408, 'timeout'],
    ['a body that does not end', `${POST}Content-Length: 9\r\n\r\n{`, 408, 'timeout'],
    ['no Host', 'GET /fhir/metadata HTTP/1.1\r\nConnection: close\r\n\r\n', 400, 'required'],
    [
      'an expectation that nobody meets',
      'GET /fhir/metadata HTTP/1.1\r\nHost: x\r\nExpect: 200-ok\r\n\r\n',
      417,
      'not-supported',
    ],
  ])('%s', async (_, sent, status, code) => {
    const { head, body } = await exchange(sent);
    expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(head).toMatch(/^content-type: application\/fhir\+json/im);
    expect(head).toMatch(/^connection: close$/im);
    expect(Number(/^content-length: (\d+)$/im.exec(head)?.[1])).toBe(Buffer.byteLength(body));
    expect(JSON.parse(body)).toMatchObject({
      resourceType: 'OperationOutcome',
      issue: [{ severity: 'error', code }],
    });
  });

  it('counted by status', async () => {
    await exchange('hello\r\n\r\n');
    const metrics = await (await fetch(`${api.operationsUrl}/metrics`)).text();
    expect(metrics).toMatch(/^millrace_requests_unreadable_total\{.*status="400".*\} [1-9]/m);
  });

  it('answers nothing on a spare connection that never carried a byte, and closes it', async () => {
    expect(await exchange('')).toEqual({ head: '', body: '' });
  });

  it('quotes nothing of the request', async () => {
    const { body } = await exchange('GET /secret\u0001 HTTP/1.1\r\nHost: x\r\n\r\n');
    expect(body).not.toContain('secret');
  });
});
