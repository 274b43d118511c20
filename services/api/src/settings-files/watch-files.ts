import { atIntervals } from '@millrace/maintenance';
import type { Events } from '@millrace/observability';
import type { SettingsFile } from './settings-file.js';

/**
 * Looks at files again and again, one after the other. A file that is refused keeps nobody else from being read.
 *
 * @param files undefined for those that no setting names
 */
export function watchFiles(
  files: readonly (SettingsFile<unknown> | undefined)[],
  everyMs: number,
  events: Pick<Events, 'settingsReloaded' | 'settingsRefused'>,
): ReturnType<typeof atIntervals> {
  const look = async (): Promise<void> => {
    for (const { kind, refresh } of files.filter((file) => file !== undefined)) {
      try {
        if (await refresh()) events.settingsReloaded({ file: kind });
      } catch (err) {
        events.settingsRefused({ file: kind, err });
      }
    }
  };
  return atIntervals(everyMs, look, (err) => events.settingsRefused({ file: 'any', err }));
}
