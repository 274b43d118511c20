import { loadConfig } from '@millrace/configuration';
import { compose } from './compose.js';
import { configSchema, unsafeSettings } from './config.js';

try {
  const service = await compose(loadConfig(configSchema, process.env, unsafeSettings));
  let stopping: Promise<void> | undefined;
  const stop = (signal: NodeJS.Signals): void => {
    service.log.info({ signal, inFlight: service.inFlight() }, 'shutting down');
    stopping ??= service.stop();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  // Connections that were opened before the fault would keep the process alive.
  process.exit(1);
}
