import type { Metrics } from './metrics.js';
import type { Log } from './outage/quiet-log.js';

/** Events of the id indexes of sources. Files are named; ids of patients and groups never are. */
export interface IdIndexEvents {
  /**
   * `built`: the index of a file was stored; `partial`: likewise, of a damaged file; `unfinished`: a part of a large file was
   * indexed; `changed`: the file is not what it was when it was listed; `damaged`: what an earlier building left was removed;
   * `crashed`: the thread that read the file ended.
   */
  idsIndexed(event: {
    source: string;
    resourceType: string;
    file: string;
    result: 'built' | 'partial' | 'unfinished' | 'changed' | 'damaged' | 'crashed';
    /** Ids in the index, and its size. */
    idCount?: number;
    indexBytes?: number;
    /** Content of the file that was read. */
    contentBytes?: number;
    durationMs: number;
  }): void;
  /** A stored index was found damaged. It is removed, and built again. */
  idIndexDamaged(event: { err: unknown }): void;
  /**
   * A kick-off asked which patients or groups exist. `ready`: indexes knew it, or the files are small; `waited`: likewise, after
   * some time; `late`: they were not there in time, and it was answered with 503; `unknown`: a file is damaged, and the export
   * will tell.
   */
  idsLookedUp(event: {
    source: string;
    result: 'ready' | 'waited' | 'late' | 'unknown';
    durationMs: number;
  }): void;
}

export function createIdIndexEvents(log: Log, metrics: Metrics): IdIndexEvents {
  return {
    idsIndexed(event) {
      metrics.idIndexFiles.inc({ result: event.result });
      metrics.idIndexBytesRead.inc(event.contentBytes ?? 0);
      if (event.result === 'built') metrics.idIndexSeconds.observe(event.durationMs / 1000);
      const isFault = event.result === 'partial' || event.result === 'damaged' || event.result === 'crashed';
      log[isFault ? 'warn' : 'info'](event, 'ids of a file indexed');
    },
    idIndexDamaged(event) {
      metrics.idIndexesDamaged.inc();
      log.warn(event, 'id index is damaged and will be built again');
    },
    idsLookedUp(event) {
      metrics.idLookups.inc({ result: event.result });
      metrics.idLookupSeconds.observe(event.durationMs / 1000);
      // Clients ask again and again while an index is built, and the metric has them all.
      log.debug(event, 'patients or groups of a kick-off looked up');
    },
  };
}
