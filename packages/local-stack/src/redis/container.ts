import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { output, succeeds } from './command.js';
import { serverSettings, type ServerCommand } from './server-process.js';

const IMAGE = 'valkey/valkey:8.1.1';

/** True when a container daemon answers; the program alone proves nothing. */
export function hasContainers(): Promise<boolean> {
  return succeeds('docker', ['info', '--format', '{{.ServerVersion}}'], { timeoutMs: 5_000 });
}

/**
 * Command that runs a server in a container with its append-only file in `dataFolder`. It stays attached, so that
 * a signal to the command ends the container too.
 */
export async function containerServer(dataFolder: string): Promise<ServerCommand> {
  const folder = resolve(dataFolder);
  await mkdir(folder, { recursive: true });
  await output('docker', ['pull', '--quiet', IMAGE], { timeoutMs: 300_000 });
  const owner = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  return {
    program: 'docker',
    args: (port) => [
      'run',
      '--rm',
      '--user',
      owner,
      '--publish',
      `127.0.0.1:${port}:6379`,
      '--volume',
      `${folder}:/data`,
      IMAGE,
      'valkey-server',
      ...serverSettings(6379, '0.0.0.0', '/data'),
      '--protected-mode',
      'no',
      '--logfile',
      '/data/redis.log',
    ],
    isServer: false,
    logFile: join(folder, 'redis.log'),
  };
}
