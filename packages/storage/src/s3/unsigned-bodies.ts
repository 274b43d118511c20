import type { S3 } from '@aws-sdk/client-s3';

/**
 * Signing a body takes a SHA-256 of all of it, beside the one that the sink computes of the whole object. Over TLS
 * the signature protects nothing more, and S3 allows to leave the body out of it.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
 */
export function leaveBodiesUnsigned(s3: S3): void {
  s3.middlewareStack.add(
    (next) => async (args) => {
      const { request } = args;
      if (isPut(request)) request.headers['x-amz-content-sha256'] = 'UNSIGNED-PAYLOAD';
      return await next(args);
    },
    { step: 'build', name: 'leaveBodiesUnsigned' },
  );
}

function isPut(request: unknown): request is { headers: Record<string, string> } {
  const isRequest =
    typeof request === 'object' && request !== null && 'method' in request && 'headers' in request;
  return isRequest && request.method === 'PUT';
}
