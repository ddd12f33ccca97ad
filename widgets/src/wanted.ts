/** What `wanted` needs of a document. */
interface Page {
  querySelector(selectors: string): unknown;
}

/** The custom elements among `names` of which the page has at least one. */
export function wanted<Name extends string>(names: Iterable<Name>, page: Page): Name[] {
  return [...names].filter((name) => page.querySelector(name) !== null);
}
