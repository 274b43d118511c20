import type { Terminal } from './terminal.js';

/** One line of a terminal, which is written again and again. */
export interface ProgressLine {
  /** Shows a text in place of the one before, if that has been there long enough to be read. */
  show(text: () => string): void;
  /** Takes the text away: something else is to be written, or all is done. */
  clear(): void;
}

/** The eye takes in no more. */
const LEAST_MS = 100;

/** @returns undefined where nobody watches, or nobody wants to */
export function openProgressLine({ err, now }: Terminal, isQuiet: boolean): ProgressLine | undefined {
  if (isQuiet || err.isTTY !== true) return undefined;
  let shownAt = -Infinity;
  let isShown = false;
  return {
    show(text) {
      if (now() - shownAt < LEAST_MS) return;
      shownAt = now();
      isShown = true;
      // A text that needs a second line could not be taken back.
      err.write(`\r\u001b[K${text().slice(0, (err.columns ?? 80) - 1)}`);
    },
    clear() {
      if (isShown) err.write('\r\u001b[K');
      isShown = false;
      shownAt = -Infinity;
    },
  };
}

/** The option of all commands that show progress. */
export const QUIET = ['--quiet', 'shows no progress on a terminal'] as const;

/** `812 MB`: three digits, as far as they are known. */
export function sizeText(bytes: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  let size = bytes;
  let unit = 0;
  while (size >= 1000 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit > 0 && size < 100 ? size.toPrecision(3) : Math.round(size)} ${units[unit]}`;
}

/** Bytes for each second, since some milliseconds ago. */
export function speedText(bytes: number, ms: number): string {
  return `${sizeText((bytes * 1000) / Math.max(ms, 1))}/s`;
}
