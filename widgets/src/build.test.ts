import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

import { parse } from 'graphql';
import { expect, test } from 'vitest';

import { declaration } from '../build/custom-elements.js';
import { readDocuments } from '../build/trusted-documents.js';
import { documentId } from './api/client.js';
import * as club from './documents/club.js';
import { HistoryDocument, RedeemDocument } from './documents/member.js';
import { OverviewDocument, QuoteDocument } from './documents/storefront.js';

const path = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const text = (name: string): string => readFileSync(path(name), 'utf8');

test('what is sent is the hash of what the server is given', () => {
  const documents = readDocuments(path('documents'), path('../../platform/schema/storefront.graphql'));
  const sent = [
    documentId(OverviewDocument),
    documentId(QuoteDocument),
    documentId(RedeemDocument),
    documentId(HistoryDocument),
    ...Object.values(club).map((document) => documentId(document as typeof OverviewDocument)),
  ];
  expect(sent.toSorted()).toEqual(Object.keys(documents).toSorted());
  for (const [id, document] of Object.entries(documents)) {
    expect(createHash('sha256').update(document).digest('hex')).toBe(id);
    expect(parse(document).definitions).toHaveLength(1);
  }
});

const panel = text('panel/guerdon-panel.ts');
const sources = ['sections', 'member-sections', 'guerdon-panel'].map((name) => text(`panel/${name}.ts`)).join('\n');
const sheets = text('panel/panel.css') + text('panel/member.css');
const names = (found: readonly { readonly name: string }[]): string[] => found.map(({ name }) => name).toSorted();
const matches = (where: string, pattern: RegExp): string[] =>
  [...new Set([...where.matchAll(pattern)].map((match) => match[1] ?? ''))].toSorted();

test('the header comment names every part, custom property, slot, event and attribute, and no other', () => {
  const { tagName, name, description, cssParts, cssProperties, slots, events, attributes } = declaration(panel);
  expect([tagName, name]).toEqual(['guerdon-panel', 'GuerdonPanel']);
  expect(description).toMatch(/^The rewards panel of a shop's page.*color-scheme`\.$/s);
  expect(names(cssParts)).toEqual(matches(sources, /\spart="([\w-]+)"/g));
  expect(names(cssProperties)).toEqual(matches(sheets, /var\((--guerdon-[\w-]+)/g));
  expect(names(slots)).toEqual(matches(sources, /<slot name="([\w-]+)"/g));
  expect(names(events)).toEqual(matches(text('panel/state.ts'), /'(guerdon-[\w-]+)':/g));
  expect(names(attributes)).toEqual(matches(panel, /^ {4}(\w+): \{ type: /gm));
});

test.each(['tier', 'wheel', 'tasks', 'causes', 'membership'])('the header comment of <guerdon-%s> names every part and attribute', (name) => {
  const element = text(`elements/guerdon-${name}.ts`);
  const shared = text('elements/member-element.ts');
  const { tagName, cssParts, attributes, events } = declaration(element);
  expect(tagName).toBe(`guerdon-${name}`);
  expect(names(cssParts)).toEqual(matches(shared + element, /\spart="([\w-]+)"/g));
  expect(names(attributes)).toEqual(matches(shared, /^ {4}(\w+): \{ type: /gm));
  expect(names(events)).toEqual(matches(shared + element, /new CustomEvent\('(guerdon-[\w-]+)'/g));
});
