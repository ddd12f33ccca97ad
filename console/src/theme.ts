import { type CSSVariablesResolver, createTheme, type MantineColorsTuple } from '@mantine/core';

/** The shade 8 is the primary one, 9 is under the pointer; white text on them has a contrast of 5.6 and 7.8. */
const lagoon: MantineColorsTuple = [
  '#e6f7fa',
  '#cfeaf0',
  '#a0d4df',
  '#6dbdce',
  '#43aabf',
  '#299eb6',
  '#178fa8',
  '#0e7f96',
  '#0b7285',
  '#085a6a',
];

/** How the console looks. */
export const theme = createTheme({
  colors: { lagoon },
  primaryColor: 'lagoon',
  primaryShade: 8,
  defaultRadius: 'md',
  cursorType: 'pointer',
});

/** Mantine's dimmed text is too pale to be read by everybody: these have a contrast of at least 4.5 on all grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: { '--mantine-color-dimmed': '#5c646b', '--mantine-color-placeholder': '#6b737b' },
  dark: { '--mantine-color-dimmed': '#a6a6a6', '--mantine-color-placeholder': '#9a9a9a' },
});
