import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createBucketContent } from './bucket-content.js';
import type { BucketContent } from './bucket-content.js';
import { createFaults } from './faults.js';
import type { Fault, Faults } from './faults.js';
import { operationOf } from './operation.js';
import { createOpenRequests } from './open-requests.js';
import type { S3Operation } from './operation.js';
import { perform } from './perform.js';
import { LIKE_S3 } from './quirks.js';
import type { Quirks } from './quirks.js';
import { xmlAnswer } from './s3-answer.js';
import type { S3Answer } from './s3-answer.js';
import { checkBody, headerOf, readRequest } from './s3-request.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal } from './s3-refusal.js';
import { sendAnswer } from './send-answer.js';
import { checkSignature } from './signature.js';
import type { Credentials } from './signature.js';

export interface S3TestServerOptions extends Partial<Quirks> {
  readonly buckets: readonly string[];
  /** Default: any free one. */
  readonly port?: number;
  readonly credentials?: Credentials;
  /** Default: `us-east-1`. */
  readonly region?: string;
}

export interface AnsweredRequest {
  readonly operation: S3Operation;
  readonly key: string;
  readonly status: number;
  readonly isBodySigned: boolean;
}

export interface S3TestServer extends AsyncDisposable {
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  readonly faults: Faults;
  /** Requests in the order of their answers. */
  readonly requests: readonly AnsweredRequest[];
  /** The most requests of an operation that were being answered at the same time. */
  mostOpen(operation: S3Operation): number;
  /** The content of a bucket, for tests to look at and to change without a request. */
  bucket(name: string): BucketContent;
  stop(): Promise<void>;
}

/**
 * A strict server of the part of S3 that Millrace uses: in memory, path-style, on the loopback address, for tests.
 * It refuses what is not signed, damaged, unknown or sloppy, and lets requests go wrong when told to.
 */
export async function startS3TestServer(options: S3TestServerOptions): Promise<S3TestServer> {
  const { region = 'us-east-1' } = options;
  const quirks = { ...LIKE_S3, ...options };
  const credentials = options.credentials ?? { accessKeyId: 'test-key', secretAccessKey: 'test-secret' };
  const buckets = new Map(options.buckets.map((name) => [name, createBucketContent(quirks.keepVersions)]));
  const faults = createFaults();
  const requests: AnsweredRequest[] = [];
  const open = createOpenRequests();

  function answerTo(operation: S3Operation, request: S3Request, fault: Fault | undefined): S3Answer {
    checkSignature(request, credentials, region, new Date());
    checkBody(request);
    if (fault?.kind === 'refuse') throw new S3Refusal(fault.status, fault.code, 'An injected fault');
    if (fault?.kind === 'refuse-late')
      return refusalAnswer(new S3Refusal(200, fault.code, 'An injected fault'));
    return perform(operation, request, buckets, quirks);
  }

  async function handle(message: IncomingMessage, response: ServerResponse): Promise<void> {
    const request = await readRequest(message);
    const operation = operationOf(request);
    response.once('close', open.begin(operation));
    const fault = faults.take(operation, request.key);
    if (fault?.kind === 'drop-request') {
      response.destroy();
      return;
    }
    if (fault?.kind === 'hold') await open.reached(operation, fault.untilOpen, fault.atMostMs);
    const answer = orRefusal(() => answerTo(operation, request, fault));
    const isBodySigned = headerOf(request, 'x-amz-content-sha256') !== 'UNSIGNED-PAYLOAD';
    requests.push({ operation, key: request.key, status: answer.status, isBodySigned });
    await sendAnswer(response, answer, request.method === 'HEAD', fault);
  }

  const server = createServer((message, response) => {
    handle(message, response).catch((error: unknown) => {
      if (message.destroyed && !message.complete) response.destroy();
      else void sendAnswer(response, refusalAnswer(error), message.method === 'HEAD', undefined);
    });
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;

  async function stop(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }

  return {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    credentials,
    faults,
    requests,
    mostOpen: open.most,
    bucket(name) {
      const bucket = buckets.get(name);
      if (!bucket) throw new Error(`the test server has no bucket ${name}`);
      return bucket;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function orRefusal(answer: () => S3Answer): S3Answer {
  try {
    return answer();
  } catch (error) {
    return refusalAnswer(error);
  }
}

function refusalAnswer(error: unknown): S3Answer {
  const { status, code, message } =
    error instanceof S3Refusal ? error : new S3Refusal(500, 'InternalError', String(error));
  const content = [
    ['Code', code],
    ['Message', message],
  ] as const;
  return xmlAnswer('Error', content, status);
}
