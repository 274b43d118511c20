import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { objectOf, startS3TestServer } from '@millrace/s3-test-server';
import { until } from '../until.js';
import { ORACLE_VIEWS } from './independent-views.js';
import { DATA_FOLDER, oracleRows } from './source-data.js';
import { startTestStack } from './test-stack.js';
import { download, kickOff, rowsIn } from './wire.js';

test('an export from a bucket to a bucket gives the same rows, survives a store that fails, and leaves only its files', async () => {
  await using server = await startS3TestServer({ buckets: ['data', 'exports'] });
  const source = server.bucket('data');
  for (const { resource } of ORACLE_VIEWS) {
    const content = await readFile(join(DATA_FOLDER, `${resource}.ndjson`));
    source.put(`fhir/${resource}.ndjson`, objectOf(content));
  }
  await using stack = await startTestStack({
    data: 's3://data/fhir',
    workers: 2,
    environment: {
      MILLRACE_OUT: 's3://exports/millrace',
      S3_ENDPOINT: server.endpoint,
      S3_REGION: server.region,
      AWS_ACCESS_KEY_ID: server.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: server.credentials.secretAccessKey,
      SHARD_BYTES: '3000000',
      RETRY_DELAY: '100ms',
    },
  });
  const statusUrl = await kickOff(stack.api.fhirUrl, {
    views: ORACLE_VIEWS.map(({ view }) => view),
    format: 'ndjson',
  });
  server.faults.inject('UploadPart', { kind: 'refuse', status: 500, code: 'InternalError' }, { times: 3 });
  const { outputs } = await download(statusUrl);

  for (const oracle of ORACLE_VIEWS) {
    expect(rowsIn(outputs.get(String(oracle.view.name)))).toEqual(await oracleRows(oracle));
  }
  const listed = [...outputs.values()].flat().length;
  await until(async () => {
    const kept = server
      .bucket('exports')
      .sortedKeys()
      .filter((key) => key.includes('/shard-'));
    return kept.length === listed && server.bucket('exports').uploads.size === 0;
  }, 'the bucket to hold the listed files and nothing else');
}, 120_000);
