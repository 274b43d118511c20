import { setFlagsFromString } from 'node:v8';
import { loadConfig } from '@millrace/configuration';
import { compose } from './compose.js';
import { configSchema, unsafeSettings } from './config.js';

// With memory to spare V8 lets the heap grow to several times what is alive in it before it collects. This holds for threads
// too, and keeps what docs/operations.md says an API needs.
setFlagsFromString('--heap-growing-percent=50');

try {
  const service = await compose(loadConfig(configSchema, process.env, unsafeSettings));
  const stop = (signal: NodeJS.Signals): void => {
    service.log.info({ signal, inFlight: service.inFlight() }, 'shutting down');
    void service.stop();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Connections that were opened before the fault would keep the process alive.
  process.exit(1);
}
