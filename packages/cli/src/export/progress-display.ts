import type { ExportProgress } from '@millrace/client';
import { openProgressLine, sizeText, speedText, type ProgressLine } from '../progress-line.js';
import { say, type Terminal } from '../terminal.js';

/** Tells a person how an export goes on. */
export interface ProgressDisplay {
  accepted(statusUrl: string): void;
  /** Somebody else has started the export. */
  waiting(statusUrl: string): void;
  /** The folder has a part of the export. */
  resumed(statusUrl: string): void;
  /** A request failed and is sent again. @param waitMs before that; undefined for at once */
  triedAgain(failure: string, waitMs?: number): void;
  /** The server has something to say of the export. */
  warned(warning: string): void;
  progress(progress: Pick<ExportProgress, 'text' | 'percent'>): void;
  /** So many files are to be downloaded. Unless it is `completed`, the export goes on, and others may follow. */
  files(count: number, completed: boolean): void;
  /** Bytes of a file have come; less than 0 when a file begins again. */
  received(bytes: number): void;
  downloaded(path: string): void;
  close(): void;
}

/** A line that changes where somebody watches, plain lines in a log. */
export function progressDisplay(terminal: Terminal, isQuiet = false): ProgressDisplay {
  const line = openProgressLine(terminal, isQuiet);
  return line === undefined ? logDisplay(terminal) : liveDisplay(line, terminal);
}

function againText(failure: string, waitMs = 0): string {
  return waitMs < 1000
    ? `trying again: ${failure}`
    : `trying again in ${Math.round(waitMs / 1000)} s: ${failure}`;
}

const STEP_PERCENT = 10;

function logDisplay(terminal: Terminal): ProgressDisplay {
  let shown = -STEP_PERCENT;
  return {
    accepted: (statusUrl) => say(terminal, `accepted: ${statusUrl}`),
    waiting: (statusUrl) => say(terminal, `waiting for: ${statusUrl}`),
    resumed: (statusUrl) => say(terminal, `going on with: ${statusUrl}`),
    triedAgain: (failure, waitMs) => say(terminal, againText(failure, waitMs)),
    warned: (warning) => say(terminal, `warning: ${warning}`),
    progress({ percent, text }) {
      if (percent === undefined || percent < shown + STEP_PERCENT) return;
      shown = percent;
      say(terminal, `in progress: ${text ?? `${percent}%`}`);
    },
    files(count, completed) {
      if (completed) say(terminal, `completed: downloading ${count} file(s)`);
      else if (count > 0) say(terminal, `downloading ${count} file(s); others may follow`);
    },
    received: () => undefined,
    downloaded: () => undefined,
    close: () => undefined,
  };
}

function liveDisplay(line: ProgressLine, terminal: Terminal): ProgressDisplay {
  const download = { files: 0, done: 0, bytes: 0, began: undefined as number | undefined };
  function downloading(): string {
    const { files, done, bytes, began = terminal.now() } = download;
    return `downloading: ${done} of ${files} files, ${sizeText(bytes)}, ${speedText(bytes, terminal.now() - began)}`;
  }
  function above(text: string): void {
    line.clear();
    say(terminal, text);
  }
  return {
    accepted: (statusUrl) => above(`accepted: ${statusUrl}`),
    waiting: (statusUrl) => above(`waiting for: ${statusUrl}`),
    resumed: (statusUrl) => above(`going on with: ${statusUrl}`),
    triedAgain: (failure, waitMs) => above(againText(failure, waitMs)),
    warned: (warning) => above(`warning: ${warning}`),
    progress: ({ percent = 0, text }) => line.show(() => `exporting: ${text ?? `${Math.floor(percent)}%`}`),
    files(count) {
      line.clear();
      download.files += count;
      download.began ??= terminal.now();
      line.show(downloading);
    },
    received(bytes) {
      download.bytes += bytes;
      line.show(downloading);
    },
    downloaded() {
      download.done += 1;
      line.show(downloading);
    },
    close: () => line.clear(),
  };
}
