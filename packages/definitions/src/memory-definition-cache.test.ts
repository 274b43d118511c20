import { describeDefinitionCache } from './contract/definition-cache-contract.js';
import { createMemoryDefinitionCache } from './memory-definition-cache.js';

describeDefinitionCache('memory', async () => {
  let now = 0;
  const cache = createMemoryDefinitionCache({ completeForMs: 1000, now: () => now });
  return {
    cache,
    other: cache,
    async outlive() {
      now += 1001;
    },
  };
});
