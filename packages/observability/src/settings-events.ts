import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of the keys and files by which a service knows others and itself. */
export interface SettingsEvents {
  /** A key document in Redis was not signed by a secret of this service, and is not believed. */
  sharedKeysDistrusted(): void;
}

export function createSettingsEvents(log: Log, metrics: Metrics): SettingsEvents {
  return {
    sharedKeysDistrusted() {
      metrics.sharedKeysDistrusted.inc();
      log.warn(
        {},
        'public keys in Redis are not signed by a secret of AUTH_SECRETS_FILE: all instances need the same secrets',
      );
    },
  };
}
