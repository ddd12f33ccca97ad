import { createTheme } from '@mantine/core';

/** How the console looks. Shades are chosen so that text on them has a contrast of at least 4.5. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: { light: 9, dark: 8 },
  autoContrast: true,
  defaultRadius: 'md',
  cursorType: 'pointer',
});
