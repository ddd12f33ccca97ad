import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Server } from './server.js';

/** The name under which the setup tells where all data of this run is. */
const FOLDER = 'GUERDON_E2E_FOLDER';

/** Loads the demo once for all tests, which is what takes long; each server starts on a copy of it. */
export default async function loadDemo(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'guerdon-e2e-'));
  const demo = join(folder, 'demo');
  mkdirSync(demo);
  const server = await Server.start(demo);
  await server.stop();
  process.env[FOLDER] = folder;
  return () => rmSync(folder, { recursive: true });
}

/** A folder with a copy of the demo's data, for one server; it goes with all others in the end. */
export function copyOfDemo(): string {
  const folder = process.env[FOLDER];
  if (folder === undefined) {
    throw new Error('the demo was not loaded');
  }
  const copy = mkdtempSync(join(folder, 'copy-'));
  cpSync(join(folder, 'demo'), copy, { recursive: true });
  return copy;
}
