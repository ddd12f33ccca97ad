/**
 * The loader, and the only script a shop puts on its pages:
 *
 *     <script type="module" src="https://…/widgets/guerdon.js"></script>
 *     <guerdon-panel></guerdon-panel>
 *
 * It fetches an element's code when the first such element is on the page, now or later, so that a page without one
 * pays for this file alone.
 */
import { wanted } from './wanted.js';

const elements = {
  'guerdon-panel': () => import('./panel/guerdon-panel.js'),
  'guerdon-tier': () => import('./elements/guerdon-tier.js'),
  'guerdon-wheel': () => import('./elements/guerdon-wheel.js'),
  'guerdon-tasks': () => import('./elements/guerdon-tasks.js'),
  'guerdon-causes': () => import('./elements/guerdon-causes.js'),
  'guerdon-membership': () => import('./elements/guerdon-membership.js'),
};

type ElementName = keyof typeof elements;

const missing = new Set(Object.keys(elements) as ElementName[]);

function fetchWanted(): void {
  for (const name of wanted(missing, document)) {
    missing.delete(name);
    elements[name]().catch((error: unknown) => {
      missing.add(name);
      console.error(`Guerdon: <${name}> could not be fetched and is tried again when the page changes`, error);
    });
  }
}

fetchWanted();
new MutationObserver(fetchWanted).observe(document.documentElement, { childList: true, subtree: true });
