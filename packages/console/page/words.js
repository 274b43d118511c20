// Numbers, times and sizes of the page of operations, as text.

export const count = (value) => value.toLocaleString('en');

export function duration(ms) {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
  return `${Math.floor(seconds / 86_400)} d ${Math.floor((seconds % 86_400) / 3600)} h`;
}

function bytes(value) {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** In UTC, as the log has it. */
export const time = (instant) => instant.replace('T', ' ').replace(/\.\d+Z$/, ' UTC');

/** From the start until now or the end: commits come seconds apart, so the last seconds alone say little. */
export function throughput({ startedAt, endedAt, rowsWritten, bytesRead }, at) {
  const seconds = ((endedAt ?? at) - (startedAt ?? at)) / 1000;
  if (seconds <= 0 || bytesRead === 0) return '–';
  return `${count(Math.round(rowsWritten / seconds))} rows/s, ${bytes(bytesRead / seconds)}/s`;
}

export const left = (more) => (more > 0 ? ` ${count(more)} more are not listed.` : '');
