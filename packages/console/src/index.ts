export { queueBoard } from './board/queue-board.js';
export { CONSOLE_FILES, consoleFile } from './console-files.js';
export { eventStream } from './event-stream.js';
export { createLiveSnapshots } from './live-snapshots.js';
export type { LiveSnapshots } from './live-snapshots.js';
