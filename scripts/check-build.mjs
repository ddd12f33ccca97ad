// Fails when a built page or style sheet holds what the strict content security policy forbids.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';

const forbidden = [
  { what: 'an inline script', ending: '.html', pattern: /<script(?![^>]*\ssrc=)/i },
  { what: 'an inline style', ending: '.html', pattern: /<style|<[^>]*\sstyle=/i },
  { what: 'an event handler attribute', ending: '.html', pattern: /<[^>]*\son[a-z]+=/i },
  { what: 'a data URL', ending: '.css', pattern: /url\(["']?data:/i },
];

const files = ['console/dist', 'widgets/dist'].flatMap((folder) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
);

for (const file of files) {
  for (const { what, ending, pattern } of forbidden) {
    if (file.endsWith(ending) && pattern.test(readFileSync(file, 'utf8'))) {
      console.error(`${file} has ${what}, which the content security policy forbids`);
      process.exitCode = 1;
    }
  }
}
