import { describeSource } from '../contract/describe-source.js';
import { createMemorySource } from './memory-source.js';

describeSource('memory source', async (content) => {
  const files = new Map(Object.entries(content).map(([key, value]) => [key, Buffer.from(value)]));
  return {
    source: createMemorySource({ name: 'main', fhirVersion: 'R4', files }),
    async put(key, value) {
      files.set(key, Buffer.from(value));
    },
    async remove(key) {
      files.delete(key);
    },
    async [Symbol.asyncDispose]() {},
  };
});
