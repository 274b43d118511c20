import { configSchema as apiSchema } from '@millrace/api-service';
import { describeConfig } from '@millrace/configuration';
import { configSchema as workerSchema } from '@millrace/worker-service';

const INTRODUCTION = `# Configuration

The services read their environment once, at start. If it has faults, a service reports all of them, one line for each,
and ends with code 1. An empty variable counts as unset.

Durations are a number with a unit: \`ms\`, \`s\`, \`m\`, \`h\` or \`d\`. Sizes are in bytes.

This document is made from the schemas in \`services/*/src/config.ts\` by \`npm run docs\`; a test fails when it is stale.`;

/** Content of `docs/configuration.md`. */
export function configurationDocument(): string {
  return [
    INTRODUCTION,
    '## API (`services/api`)',
    describeConfig(apiSchema),
    '## Worker (`services/worker`)',
    describeConfig(workerSchema),
  ]
    .join('\n\n')
    .concat('\n');
}
