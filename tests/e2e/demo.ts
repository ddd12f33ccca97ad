import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { Server } from './server.js';

/** The name under which the setup tells where the demo's data is. */
const FOLDER = 'GUERDON_E2E_DEMO';

/** Loads the demo once for all tests, which is what takes long; each server starts on a copy of it. */
export default async function loadDemo(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), 'guerdon-e2e-demo-'));
  const server = await Server.start(folder);
  await server.stop();
  process.env[FOLDER] = folder;
  return () => rmSync(folder, { recursive: true });
}

/** A folder with a copy of the demo's data, for one server. */
export function copyOfDemo(): string {
  const demo = process.env[FOLDER];
  if (demo === undefined) {
    throw new Error('the demo was not loaded');
  }
  const copy = mkdtempSync(join(tmpdir(), 'guerdon-e2e-'));
  cpSync(demo, copy, { recursive: true });
  return copy;
}
