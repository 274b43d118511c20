import { openSink, openSource } from '@millrace/storage';
import type { SinkConfig } from '@millrace/storage';
import { collect, patternOf } from '@millrace/storage/contract';

const CONTENT = patternOf(20_000_000);
const KEY = 'Patient.ndjson';

/** A file of a source in a bucket that is pinned, and then replaced several times. */
export async function pinAndReplace(location: Extract<SinkConfig, { kind: 's3' }>, times = 1) {
  const sink = openSink(location);
  const put = async (content: Uint8Array) => {
    await sink.remove([KEY]);
    await sink.createIfAbsent(KEY, content);
  };
  await put(CONTENT);
  const source = openSource({ ...location, name: 'main', fhirVersion: 'R4' });
  const [input] = await source.list('Patient');
  if (!input) throw new Error('not listed');
  for (let n = 0; n < times; n += 1) await put(Buffer.from(`{"n":${n}}\n`));
  return { content: CONTENT, key: KEY, sink, read: () => collect(source.read(input, 0, input.bytes)) };
}
