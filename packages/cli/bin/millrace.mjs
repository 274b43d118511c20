#!/usr/bin/env node
// Committed because npm links it before anything is built.
import { buildIfNeeded } from '../../../scripts/prepare.mjs';

buildIfNeeded();
await import('../dist/bundle/millrace.js');
