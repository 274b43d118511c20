import type { ServerResponse } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { Fault } from './faults.js';
import type { S3Answer } from './s3-answer.js';

/** Writes an answer, or as much of it as the fault lets through. */
export async function sendAnswer(
  response: ServerResponse,
  answer: S3Answer,
  isHead: boolean,
  fault: Fault | undefined,
): Promise<void> {
  if (fault?.kind === 'drop-response') {
    response.destroy();
    return;
  }
  const body = answer.body ?? Buffer.alloc(0);
  const hasBody = answer.status !== 204 && answer.status !== 304;
  response.writeHead(answer.status, {
    'x-amz-request-id': 'test',
    ...answer.headers,
    ...(hasBody ? { 'content-length': String(body.length) } : {}),
  });
  if (isHead) {
    response.end();
  } else if (fault?.kind === 'cut-body') {
    response.write(body.subarray(0, fault.afterBytes), () => response.destroy());
  } else if (fault?.kind === 'slow-body') {
    await sendSlowly(response, body, fault.chunkBytes, fault.pauseMs);
  } else {
    response.end(body);
  }
}

async function sendSlowly(
  response: ServerResponse,
  body: Buffer,
  chunkBytes: number,
  pauseMs: number,
): Promise<void> {
  const left = new AbortController();
  response.once('close', () => left.abort());
  for (let at = 0; at < body.length && !response.destroyed; at += chunkBytes) {
    response.write(body.subarray(at, at + chunkBytes));
    await delay(pauseMs, undefined, left).catch(() => undefined);
  }
  response.end();
}
