import { setTimeout as delay } from 'node:timers/promises';
import { SERVER_ERROR, SLOW_DOWN } from '@millrace/s3-test-server';
import type { Fault as S3Fault, S3Operation } from '@millrace/s3-test-server';
import type { Cut } from '../stack/line.js';
import { toOneOf } from './fault.js';
import type { Fault } from './fault.js';

const ANY: readonly S3Operation[] = [
  'GetObject',
  'HeadObject',
  'PutObject',
  'ListObjectsV2',
  'CreateMultipartUpload',
  'UploadPart',
  'CompleteMultipartUpload',
  'AbortMultipartUpload',
  'DeleteObjects',
];

/** More in a row than a client library hides. */
const TIMES = 8;

export const s3Errors: Fault = goWrong(ANY, () => SERVER_ERROR);
export const s3SlowDown: Fault = goWrong(ANY, () => SLOW_DOWN);
export const s3LostRequests: Fault = goWrong(ANY, () => ({ kind: 'drop-request' }));
/** The request is carried out, and the client cannot know. */
export const s3LostAnswers: Fault = goWrong(
  ['PutObject', 'CreateMultipartUpload', 'UploadPart', 'CompleteMultipartUpload', 'DeleteObjects'],
  () => ({ kind: 'drop-response' }),
);
export const s3SlowBodies: Fault = goWrong(['GetObject'], () => ({
  kind: 'slow-body',
  chunkBytes: 8_192,
  pauseMs: 100,
}));
export const s3CutBodies: Fault = goWrong(['GetObject'], () => ({ kind: 'cut-body', afterBytes: 20_000 }));

/** Nobody is told, and nothing comes through: neither requests nor answers. */
export const s3Freeze: Fault = cut('silent');
/** Connections break, and new ones are refused. */
export const s3CutOff: Fault = cut('broken');

function cut(how: Cut): Fault {
  return async ({ stack: { s3 } }, { chance, forMs }) => {
    if (s3 === undefined) return false;
    return toOneOf([s3.line], chance, async (line) => {
      line.cut(how);
      await delay(forMs);
      line.mend();
    });
  };
}

/** Lets some requests of each operation go wrong, until the time has passed. */
function goWrong(operations: readonly S3Operation[], fault: () => S3Fault): Fault {
  return async ({ stack: { s3 }, random }, { forMs }) => {
    if (s3 === undefined) return false;
    const { faults } = s3.server;
    for (const operation of operations) {
      faults.inject(operation, fault(), { times: random.between(1, TIMES) });
    }
    const before = faults.pending();
    await delay(forMs);
    return faults.pending() < before;
  };
}
