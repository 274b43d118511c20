import { setTimeout as delay } from 'node:timers/promises';
import type { S3 } from '@aws-sdk/client-s3';
import type { CreateResult } from '../sink.js';
import { isNoObject, refusalOf, unavailable } from './s3-errors.js';

export interface NewObject {
  readonly Bucket: string;
  readonly Key: string;
  readonly Body: Uint8Array;
  readonly ContentLength: number;
}

const ATTEMPTS = 8;
const FIRST_PAUSE_MS = 20;

/**
 * One PUT with `If-None-Match: *`, so the server picks the one racer that wins.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
 *
 * When the answer to a PUT is lost, the SDK repeats it and meets our own object: `exists` can mean that this
 * call created it. A caller that needs to know compares what is stored.
 */
export async function createConditionally(s3: S3, key: string, object: NewObject): Promise<CreateResult> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await s3.putObject({ ...object, IfNoneMatch: '*' });
      return 'created';
    } catch (error) {
      const status = refusalOf(error)?.status;
      if (status === 412) return 'exists';
      // Another writer was under way, and it may have failed.
      if (status !== 409 || attempt === ATTEMPTS) throw unavailable('create', key, error);
    }
    await delay(FIRST_PAUSE_MS * 2 ** attempt * Math.random());
  }
}

/**
 * The same for a server that ignores the condition: look, write, and look whose content is there. Weaker: of two
 * racers between whose looks nothing happens both can believe that they won, and the later content stays. Use it
 * only where something else, such as a lease in Redis, lets one writer at a time come here.
 */
export async function createGuarded(s3: S3, key: string, object: NewObject): Promise<CreateResult> {
  const { Bucket, Key, Body } = object;
  try {
    if (await isThere(s3, { Bucket, Key })) return 'exists';
    await s3.putObject(object);
    const { Body: stored } = await s3.getObject({ Bucket, Key });
    return Buffer.from((await stored?.transformToByteArray()) ?? []).equals(Body) ? 'created' : 'exists';
  } catch (error) {
    throw unavailable('create', key, error);
  }
}

async function isThere(s3: S3, object: { Bucket: string; Key: string }): Promise<boolean> {
  try {
    await s3.headObject(object);
    return true;
  } catch (error) {
    if (isNoObject(error)) return false;
    throw error;
  }
}
