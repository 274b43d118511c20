import { startS3TestServer } from '@millrace/s3-test-server';

/** A program: a server of S3 that knows the sizes and tags of objects and forgets their bytes. It ends with its input. */
const server = await startS3TestServer({ buckets: ['bucket'], sparse: true });
const { endpoint, credentials } = server;
process.stdout.write(`${JSON.stringify({ endpoint, credentials })}\n`);
process.stdin.resume().once('end', () => void server.stop());
