import { createHash, createHmac } from 'node:crypto';
import { headerOf } from './s3-request.js';
import type { S3Request } from './s3-request.js';
import { S3Refusal } from './s3-refusal.js';

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

interface Claim {
  readonly credential: string;
  readonly signedHeaders: string;
  readonly signature: string;
  readonly date: string;
  readonly payloadHash: string;
  readonly isPresigned: boolean;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const MAX_SKEW_MS = 15 * 60 * 1000;
const MAX_EXPIRES_S = 7 * 24 * 60 * 60;

/**
 * Refuses a request unless it is signed by the credentials, in its headers or its query.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-authenticating-requests.html
 */
export function checkSignature(
  request: S3Request,
  credentials: Credentials,
  region: string,
  now: Date,
): void {
  const claim = request.query.has('X-Amz-Signature')
    ? presignedClaim(request, now)
    : headerClaim(request, now);
  const [accessKeyId = '', day = '', ...scope] = claim.credential.split('/');
  if (accessKeyId !== credentials.accessKeyId) {
    throw new S3Refusal(403, 'InvalidAccessKeyId', 'The access key Id you provided does not exist.');
  }
  if (!claim.date.startsWith(day) || scope.join('/') !== `${region}/s3/aws4_request`) {
    throw new S3Refusal(400, 'AuthorizationHeaderMalformed', `The credential scope must be of ${region}.`);
  }
  checkSignedHeaders(request, claim.signedHeaders.split(';'));
  if (signatureOf(request, claim, credentials.secretAccessKey) !== claim.signature) {
    throw new S3Refusal(403, 'SignatureDoesNotMatch', 'The request signature does not match.');
  }
}

function headerClaim(request: S3Request, now: Date): Claim {
  const authorization = headerOf(request, 'authorization') ?? '';
  const form = /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})$/;
  const [, credential, signedHeaders, signature] = form.exec(authorization) ?? [];
  if (!credential || !signedHeaders || !signature) throw denied('The request is not signed.');
  const payloadHash = headerOf(request, 'x-amz-content-sha256');
  if (!payloadHash) {
    throw new S3Refusal(400, 'InvalidRequest', 'Missing required header: x-amz-content-sha256');
  }
  const date = headerOf(request, 'x-amz-date') ?? '';
  if (!(Math.abs(now.getTime() - timeOf(date)) <= MAX_SKEW_MS)) {
    throw new S3Refusal(
      403,
      'RequestTimeTooSkewed',
      'The time of the request is too far from the current time.',
    );
  }
  return { credential, signedHeaders, signature, date, payloadHash, isPresigned: false };
}

function presignedClaim({ query }: S3Request, now: Date): Claim {
  const parameter = (name: string) => query.get(`X-Amz-${name}`) ?? '';
  if (parameter('Algorithm') !== ALGORITHM) throw denied('X-Amz-Algorithm is not supported.');
  const expires = Number(parameter('Expires'));
  if (!Number.isInteger(expires) || expires < 1 || expires > MAX_EXPIRES_S) {
    throw new S3Refusal(400, 'AuthorizationQueryParametersError', 'X-Amz-Expires must be 1 to 604800.');
  }
  const date = parameter('Date');
  const age = now.getTime() - timeOf(date);
  if (!(age >= -MAX_SKEW_MS)) throw denied('Request is not yet valid');
  if (age > expires * 1000) throw denied('Request has expired');
  return {
    credential: parameter('Credential'),
    signedHeaders: parameter('SignedHeaders'),
    signature: parameter('Signature'),
    date,
    payloadHash: 'UNSIGNED-PAYLOAD',
    isPresigned: true,
  };
}

/** Everything that changes the effect of a request has to be under the signature. */
function checkSignedHeaders(request: S3Request, signed: readonly string[]): void {
  const names = Object.keys(request.headers).filter((name) => name.startsWith('x-amz-'));
  const missing = ['host', ...names].filter((name) => !signed.includes(name));
  if (missing.length > 0)
    throw denied(`There were headers present in the request which were not signed: ${missing.join(', ')}`);
}

function signatureOf(request: S3Request, claim: Claim, secret: string): string {
  const [, day = '', region = '', service = '', end = ''] = claim.credential.split('/');
  const names = claim.signedHeaders.split(';');
  const canonicalRequest = [
    request.method,
    encode(decodeURIComponent(request.rawPath)).replaceAll('%2F', '/'),
    canonicalQuery(request.query),
    ...names.map((name) => `${name}:${(headerOf(request, name) ?? '').trim().replace(/ +/g, ' ')}`),
    '',
    claim.signedHeaders,
    claim.payloadHash,
  ].join('\n');
  const hash = createHash('sha256').update(canonicalRequest).digest('hex');
  const stringToSign = [ALGORITHM, claim.date, [day, region, service, end].join('/'), hash].join('\n');
  const signingKey = [day, region, service, end].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(signingKey, stringToSign).toString('hex');
}

function canonicalQuery(query: URLSearchParams): string {
  return [...query]
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .sort()
    .join('&');
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}

/** Percent-encoding of RFC 3986, which leaves fewer characters alone than JavaScript does. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

/** Of `20261120T235959Z`; not a number when it is something else. */
function timeOf(date: string): number {
  return Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function denied(message: string): S3Refusal {
  return new S3Refusal(403, 'AccessDenied', message);
}
