import { readFileSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { ROOT } from './render.js';

const CLIENT = join(ROOT, 'packages/storage/src/s3');
const OWN_PREFIX = 'KeepExports';
const OWN_BUCKET = 'ListExports';
const SOURCES = 'ReadSources';
const SOURCE_BUCKET = 'ListSources';

/**
 * The action that each call of the client needs, and the statements that grant it.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html
 */
const ACTIONS: Readonly<Record<string, readonly [action: string, ...statements: string[]]>> = {
  getObject: ['s3:GetObject', OWN_PREFIX, SOURCES],
  'getObject of a version': ['s3:GetObjectVersion', SOURCES],
  listObjectVersions: ['s3:ListBucketVersions', SOURCE_BUCKET],
  headObject: ['s3:GetObject', OWN_PREFIX, SOURCES],
  putObject: ['s3:PutObject', OWN_PREFIX],
  createMultipartUpload: ['s3:PutObject', OWN_PREFIX],
  uploadPart: ['s3:PutObject', OWN_PREFIX],
  completeMultipartUpload: ['s3:PutObject', OWN_PREFIX],
  abortMultipartUpload: ['s3:AbortMultipartUpload', OWN_PREFIX],
  deleteObjects: ['s3:DeleteObject', OWN_PREFIX],
  listObjectsV2: ['s3:ListBucket', OWN_BUCKET, SOURCE_BUCKET],
  listMultipartUploads: ['s3:ListBucketMultipartUploads', OWN_BUCKET],
};

test('the policy for S3 lists every action that the client of S3 uses, where it uses it, and no other', () => {
  const needed = new Set(
    usedCalls().flatMap((call) => {
      const [action, ...statements] = ACTIONS[call] ?? [];
      if (action === undefined) throw new Error(`say here which action s3.${call} needs`);
      return statements.map((statement) => `${statement} ${action}`);
    }),
  );
  const granted = policy().flatMap(({ Sid, Action }) => [Action].flat().map((action) => `${Sid} ${action}`));
  expect(granted.sort()).toEqual([...needed].sort());
});

test('the policy for S3 grants what it does below a prefix only', () => {
  for (const { Sid, Effect, Resource, Condition } of policy()) {
    expect([Sid, Effect]).toEqual([Sid, 'Allow']);
    const below = Sid.startsWith('List') ? Condition?.StringLike?.['s3:prefix'] : Resource;
    expect(below).toMatch(/\w\/\*$/);
  }
});

/** The calls of the SDK that the sources of the adapter make or sign. The SDK itself says which calls there are. */
function usedCalls(): readonly string[] {
  const load = createRequire(join(ROOT, 'packages/storage/package.json'));
  const { S3 } = load('@aws-sdk/client-s3') as { readonly S3: { readonly prototype: object } };
  const files = readdirSync(CLIENT).filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const text = files.map((name) => readFileSync(join(CLIENT, name), 'utf8')).join('\n');
  const called = [...text.matchAll(/\.(\w+)\(/g)].map(([, name = '']) => name);
  // A command that is signed for a link is the call of its name.
  const signed = [...text.matchAll(/\bnew (\w)(\w+)Command\(/g)].map(
    ([, first = '', rest = '']) => first.toLowerCase() + rest,
  );
  const calls = new Set([...called, ...signed]);
  const found = Object.getOwnPropertyNames(S3.prototype).filter(
    (name) => name !== 'constructor' && calls.has(name),
  );
  return /\bVersionId: /.test(text) ? [...found, 'getObject of a version'] : found;
}

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string;
  readonly Condition?: { readonly StringLike?: Readonly<Record<string, string>> };
}

function policy(): readonly Statement[] {
  const text = readFileSync(join(ROOT, 'docs/s3-policy.json'), 'utf8');
  return (JSON.parse(text) as { readonly Statement: readonly Statement[] }).Statement;
}
