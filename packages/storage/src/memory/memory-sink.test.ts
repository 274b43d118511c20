import { describeSink } from '../contract/describe-sink.js';
import { createMemorySink } from './memory-sink.js';

describeSink('memory sink', async () => ({
  sink: createMemorySink(),
  knowsFolders: true,
  async [Symbol.asyncDispose]() {},
}));
