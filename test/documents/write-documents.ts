import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { configurationDocument } from './configuration-document.js';

writeFileSync(resolve(import.meta.dirname, '../../docs/configuration.md'), configurationDocument());
