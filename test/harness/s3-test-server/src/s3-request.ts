import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { crc32 } from 'node:zlib';
import { S3Refusal, notImplemented } from './s3-refusal.js';

export interface S3Request {
  readonly method: string;
  /** As it was sent, still encoded. */
  readonly rawPath: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage['headers'];
  readonly bucket: string;
  readonly key: string;
  readonly body: Buffer;
}

/** Reads a path-style request whole. */
export async function readRequest(message: IncomingMessage): Promise<S3Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const [rawPath = '/', rawQuery = ''] = (message.url ?? '/').split('?', 2);
  const path = decodeURIComponent(rawPath).slice(1);
  const slash = path.indexOf('/');
  return {
    method: message.method ?? '',
    rawPath,
    query: new URLSearchParams(rawQuery),
    headers: message.headers,
    bucket: slash < 0 ? path : path.slice(0, slash),
    key: slash < 0 ? '' : path.slice(slash + 1),
    body: Buffer.concat(chunks),
  };
}

export function headerOf(request: S3Request, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
}

/**
 * Refuses bodies of unknown length, in chunks of their own encoding, or that break the promises of their
 * headers.
 */
export function checkBody(request: S3Request): void {
  const { body, method } = request;
  if (method !== 'PUT' && method !== 'POST') return;
  if (headerOf(request, 'content-encoding')?.includes('aws-chunked')) throw notImplemented('aws-chunked');
  if (
    headerOf(request, 'content-length') === undefined &&
    headerOf(request, 'transfer-encoding') !== undefined
  ) {
    throw new S3Refusal(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const sha256 = headerOf(request, 'x-amz-content-sha256');
  if (sha256 && /^[0-9a-f]{64}$/.test(sha256) && sha256 !== digest('sha256', body, 'hex')) {
    throw new S3Refusal(
      400,
      'XAmzContentSHA256Mismatch',
      'The provided x-amz-content-sha256 does not match.',
    );
  }
  const md5 = headerOf(request, 'content-md5');
  if (md5 !== undefined && md5 !== digest('md5', body, 'base64')) {
    throw new S3Refusal(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  const crc = headerOf(request, 'x-amz-checksum-crc32');
  if (crc !== undefined && crc !== crc32Of(body)) {
    throw new S3Refusal(400, 'BadDigest', 'The CRC32 you specified did not match what we received.');
  }
}

function digest(algorithm: 'sha256' | 'md5', body: Buffer, encoding: 'hex' | 'base64'): string {
  return createHash(algorithm).update(body).digest(encoding);
}

function crc32Of(body: Buffer): string {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(crc32(body));
  return bytes.toString('base64');
}
