import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const GUERDON = join(ROOT, '.venv/bin/guerdon');
const READY_WITHIN_MS = 120_000;

/** A tenant of the demo's, as `demo.json` tells it. */
export interface DemoTenant {
  readonly slug: string;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly staff: { readonly email: string; readonly password: string };
}

/** `guerdon run` in a process of its own, on a free port of the loopback interface, with SQLite in a folder of its own. */
export class Server {
  readonly url: string;
  readonly folder: string;
  readonly #port: number;
  readonly #settings: Readonly<Record<string, string>>;
  #process: ChildProcess | undefined;
  #said = '';

  private constructor(folder: string, port: number, settings: Readonly<Record<string, string>>) {
    this.folder = folder;
    this.#port = port;
    this.#settings = settings;
    this.url = `http://127.0.0.1:${port}`;
  }

  /** A server that answers; `settings` are further `GUERDON_…` variables. */
  static async start(folder: string, settings: Readonly<Record<string, string>> = {}): Promise<Server> {
    const server = new Server(folder, await freePort(), settings);
    await server.startAgain();
    return server;
  }

  /** What it started, after `kill`: the same data at the same address. */
  async startAgain(): Promise<void> {
    const started = spawn(GUERDON, ['run'], { cwd: ROOT, env: this.#environment(), stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
    }
    this.#process = started;
    await this.#ready(started);
  }

  /** Ends it as an operator would, if it runs, and waits; throws if it did not come to the end of its work. */
  async stop(): Promise<void> {
    if (!(await this.#end('SIGTERM'))) {
      return;
    }
    if (!this.#said.includes('web.stopped')) {
      throw new Error(`guerdon did not stop well:\n${this.#said}`);
    }
  }

  /** Ends it as a power cut would. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** Checks every equation of the books; throws with what is wrong. */
  verify(): void {
    execFileSync(GUERDON, ['verify', '--full'], { cwd: ROOT, env: this.#environment(), encoding: 'utf8', stdio: 'pipe' });
  }

  /** Works a statement of a settlement out again; throws with what is wrong. */
  checkStatement(file: string): void {
    execFileSync(GUERDON, ['statement', 'check', file], { cwd: ROOT, env: this.#environment(), encoding: 'utf8', stdio: 'pipe' });
  }

  /** A tenant that the demo made, the record shop unless another is named. */
  demo(slug = 'cdnow'): DemoTenant {
    const { tenants } = JSON.parse(readFileSync(join(this.folder, 'demo.json'), 'utf8')) as {
      readonly tenants: readonly DemoTenant[];
    };
    const tenant = tenants.find((one) => one.slug === slug);
    if (tenant === undefined) {
      throw new Error(`demo.json names no ${slug}`);
    }
    return tenant;
  }

  #environment(): Record<string, string> {
    const { PATH = '', HOME = '' } = process.env;
    return { PATH, HOME, GUERDON_PORT: String(this.#port), GUERDON_DATA_DIR: this.folder, ...this.#settings };
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<boolean> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null || running.signalCode !== null) {
      return false;
    }
    const ended = once(running, 'exit');
    running.kill(signal);
    await ended;
    return true;
  }

  async #ready(started: ChildProcess): Promise<void> {
    const until = Date.now() + READY_WITHIN_MS;
    while (!(await this.#answers())) {
      if (started.exitCode !== null || started.signalCode !== null || Date.now() > until) {
        throw new Error(`guerdon did not start:\n${this.#said}`);
      }
      await pause(50); // between two questions
    }
  }

  async #answers(): Promise<boolean> {
    try {
      return (await fetch(`${this.url}/healthz`)).ok;
    } catch {
      return false;
    }
  }
}

async function freePort(): Promise<number> {
  const listening = createServer().listen(0, '127.0.0.1');
  await once(listening, 'listening');
  const address = listening.address();
  listening.close();
  await once(listening, 'close');
  if (address === null || typeof address === 'string') {
    throw new Error('no port');
  }
  return address.port;
}
