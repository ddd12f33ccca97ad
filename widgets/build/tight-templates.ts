import type { Plugin } from 'vite';

/**
 * Takes the line breaks and indentations out of the `html` templates of the build; as in HTML, they count as one space.
 */
export function tightTemplates(): Plugin {
  return {
    name: 'guerdon:tight-templates',
    apply: 'build',
    transform(code, id) {
      return /\/src\/(?:panel|elements)\/[^/]+\.ts$/.test(id) ? { code: code.replaceAll(/(?<=[>}`"])\n\s+(?=[<$`])/g, ' '), map: null } : null;
    },
  };
}
