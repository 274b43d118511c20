import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of the keys and files by which a service knows others and itself. */
export interface SettingsEvents {
  /** A key document in Redis was not signed by a secret of this service, and is not believed. */
  sharedKeysDistrusted(): void;
  /** A file of keys, clients or secrets has changed, and its new content counts. */
  settingsReloaded(event: { file: string }): void;
  /** A file has changed, and its new content cannot be taken: the one before counts on. */
  settingsRefused(event: { file: string; err: unknown }): void;
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
    settingsReloaded(event) {
      metrics.settingsReloads.inc({ file: event.file, result: 'taken' });
      log.info(event, 'settings file was read again');
    },
    settingsRefused(event) {
      metrics.settingsReloads.inc({ file: event.file, result: 'refused' });
      log.error(event, 'settings file has changed and cannot be taken: what was there before stays');
    },
  };
}
