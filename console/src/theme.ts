import { createTheme, type MantineColorsTuple } from '@mantine/core';

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
