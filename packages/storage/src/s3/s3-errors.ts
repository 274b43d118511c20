import { StoreUnavailableError } from '../errors.js';
import { reasonOf } from '../reason.js';

/** The answer of the server to a call that it refused. Undefined if there was no answer. */
export function refusalOf(error: unknown): { readonly status: number; readonly code: string } | undefined {
  if (typeof error !== 'object' || error === null || !('$metadata' in error) || !('name' in error))
    return undefined;
  const metadata = error.$metadata;
  if (typeof metadata !== 'object' || metadata === null || !('httpStatusCode' in metadata)) return undefined;
  const status = metadata.httpStatusCode;
  return typeof status === 'number' ? { status, code: String(error.name) } : undefined;
}

/** There is no such object. (If the bucket is missing, it is the store that is not there.) */
export function isNoObject(error: unknown): boolean {
  const refusal = refusalOf(error);
  return refusal?.status === 404 && refusal.code !== 'NoSuchBucket';
}

export function isNoUpload(error: unknown): boolean {
  return refusalOf(error)?.code === 'NoSuchUpload';
}

export function unavailable(operation: string, key: string, error: unknown): StoreUnavailableError {
  return new StoreUnavailableError(operation, key, s3ReasonOf(error), { cause: error });
}

/** The settings and rights that an operator has to look at. Messages of servers differ, and some have none. */
const WORDS: Readonly<Record<string, string>> = {
  AccessDenied: 'the credentials do not allow it',
  ExpiredToken: 'the credentials have expired',
  InvalidAccessKeyId: 'the store does not know the credentials',
  NoSuchBucket: 'there is no such bucket',
  RequestTimeTooSkewed: 'the clock of this machine differs too much from that of the store',
  SignatureDoesNotMatch: 'the secret of the credentials is wrong',
  SlowDown: 'the store asks for fewer requests',
};

/** The reason of a failure, with the server's code and status if it answered. */
export function s3ReasonOf(error: unknown): string {
  const refusal = refusalOf(error);
  if (!refusal) return reasonOf(error);
  const { code, status } = refusal;
  const words = Object.hasOwn(WORDS, code) ? `${WORDS[code]}: ` : '';
  return `${words}${reasonOf(error)} (${code}, HTTP ${status})`;
}
