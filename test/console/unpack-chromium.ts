// Prints the path of a Chromium from the packages of Debian, which it unpacks into .cache without installing them: 400 MB.
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CACHE_FOLDER, unpackedProgram } from '@millrace/local-stack';

const CHROMIUM = {
  packages: ['chromium', 'chromium-common', 'fonts-dejavu-core'],
  path: 'usr/lib/chromium/chromium',
};

const folder = join(CACHE_FOLDER, `chromium-${process.arch}`);
const { program, env, root } = await unpackedProgram(folder, CHROMIUM);

const fonts = join(folder, 'fonts.conf');
const places = `<dir>${join(root, 'usr/share/fonts')}</dir><cachedir>${join(folder, 'fonts')}</cachedir>`;
await writeFile(fonts, `<?xml version="1.0"?>\n<fontconfig>${places}</fontconfig>\n`);

// Starts it with its own libraries and fonts.
const script = join(folder, 'chromium');
const settings = Object.entries({ ...env, FONTCONFIG_FILE: fonts }).map(
  ([name, value]) => `${name}='${value}'`,
);
await writeFile(script, `#!/bin/sh\nexec env ${settings.join(' ')} '${program}' "$@"\n`);
await chmod(script, 0o755);
process.stdout.write(`${script}\n`);
