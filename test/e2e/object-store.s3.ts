import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { openSink, removePrefix } from '@millrace/storage';
import { keysOf } from '@millrace/storage/contract';
import { GIVEN, createGivenBucket, locationInGivenBucket } from '../storage/given-bucket.js';
import { until } from '../until.js';
import { ORACLE_VIEWS } from './independent-views.js';
import { DATA_FOLDER, oracleRows } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, resultOf, rowsIn } from './wire.js';

beforeAll(createGivenBucket);

test('an export from the given bucket to itself gives the rows that were asked for, and leaves no file after its deletion', async () => {
  const { prefix = '', ...bucket } = locationInGivenBucket();
  const root = openSink({ ...bucket, prefix });
  const results = openSink({ ...bucket, prefix: `${prefix}out/` });
  try {
    for (const { resource } of ORACLE_VIEWS) {
      const content = await readFile(join(DATA_FOLDER, `${resource}.ndjson`));
      await root.createIfAbsent(`fhir/${resource}.ndjson`, content);
    }
    await using stack = await startTestStack({
      data: `s3://${bucket.bucket}/${prefix}fhir`,
      workers: 2,
      environment: {
        MILLRACE_OUT: `s3://${bucket.bucket}/${prefix}out`,
        STORAGE_REQUIRE_CONDITIONAL_PUT: 'true',
        SHARD_BYTES: '3000000',
        ...credentialsOfAws(),
        ...(GIVEN.endpoint === undefined ? {} : { S3_ENDPOINT: GIVEN.endpoint }),
        ...(GIVEN.region === undefined ? {} : { S3_REGION: GIVEN.region }),
      },
    });
    const views = ORACLE_VIEWS.map(({ view }) => view);
    const statusUrl = await kickOff(stack.api.fhirUrl, { views, format: 'ndjson' });
    const { outputs } = await download(statusUrl);
    for (const oracle of ORACLE_VIEWS) {
      expect(rowsIn(outputs.get(String(oracle.view.name)))).toEqual(await oracleRows(oracle));
    }
    const { url } = await resultOf(statusUrl);
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(202);
    await until(async () => {
      const kept = await keysOf(results.list(''));
      return !kept.some((key) => /shard|manifest|request/.test(key));
    }, 'the bucket to hold no file of the export');
  } finally {
    await removePrefix(root, '');
  }
}, 120_000);

/** The services find credentials where this process does. */
function credentialsOfAws(): Record<string, string> {
  const found = Object.entries(process.env).filter(([name]) => name.startsWith('AWS_') || name === 'HOME');
  return Object.fromEntries(found.map(([name, value]) => [name, value ?? '']));
}
