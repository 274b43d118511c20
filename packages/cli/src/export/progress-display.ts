import type { Writable } from 'node:stream';
import type { ExportProgress } from '@millrace/client';
import { SingleBar } from 'cli-progress';

/** Tells a person how an export goes on. */
export interface ProgressDisplay {
  accepted(statusUrl: string): void;
  /** The export was accepted before. */
  resumed(statusUrl: string): void;
  /** A request failed and is sent again. */
  triedAgain(failure: string): void;
  /** The server has something to say of the export. */
  warned(warning: string): void;
  progress(progress: Pick<ExportProgress, 'text' | 'percent'>): void;
  /** The export is done; `files` are to be downloaded. */
  completed(files: number): void;
  downloaded(path: string): void;
  close(): void;
}

/** A bar where somebody watches, plain lines in a log. */
export function progressDisplay(stream: Writable & { readonly isTTY?: boolean }): ProgressDisplay {
  return stream.isTTY === true ? barDisplay(stream) : lineDisplay(stream);
}

const STEP_PERCENT = 10;

function lineDisplay(stream: Writable): ProgressDisplay {
  let shown = -STEP_PERCENT;
  return {
    accepted: (statusUrl) => stream.write(`accepted: ${statusUrl}\n`),
    resumed: (statusUrl) => stream.write(`going on with: ${statusUrl}\n`),
    triedAgain: (failure) => stream.write(`trying again: ${failure}\n`),
    warned: (warning) => stream.write(`warning: ${warning}\n`),
    progress({ percent, text }) {
      if (percent === undefined || percent < shown + STEP_PERCENT) return;
      shown = percent;
      stream.write(`in progress: ${text ?? `${percent}%`}\n`);
    },
    completed: (files) => stream.write(`completed: downloading ${files} file(s)\n`),
    downloaded: () => undefined,
    close: () => undefined,
  };
}

function barDisplay(stream: Writable): ProgressDisplay {
  const bar = new SingleBar({
    // cli-progress asks for a WriteStream of the process but only writes to it.
    stream: stream,
    format: '{phase} [{bar}] {value}/{total}{unit}',
    hideCursor: true,
    clearOnComplete: false,
    barCompleteChar: '#',
    barIncompleteChar: '-',
  });
  const begin = (phase: string, total: number, unit: string): void => {
    bar.stop();
    bar.start(total, 0, { phase, unit });
  };
  return {
    // No bar is drawn before the export is accepted, or when all is done.
    warned: (warning) => stream.write(`warning: ${warning}\n`),
    accepted(statusUrl) {
      stream.write(`accepted: ${statusUrl}\n`);
      begin('exporting  ', 100, '%');
    },
    resumed(statusUrl) {
      stream.write(`going on with: ${statusUrl}\n`);
      begin('exporting  ', 100, '%');
    },
    // It would be drawn over.
    triedAgain: () => undefined,
    progress: ({ percent = 0 }) => bar.update(Math.floor(percent)),
    completed(files) {
      bar.update(100);
      begin('downloading', files, ' files');
    },
    downloaded: () => bar.increment(),
    close: () => bar.stop(),
  };
}
