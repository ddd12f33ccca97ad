import { createTheme } from '@mantine/core';

/** How the console looks. White text on the primary shade has a contrast of 5.6. */
export const theme = createTheme({
  primaryColor: 'cyan',
  primaryShade: 9,
  defaultRadius: 'md',
  cursorType: 'pointer',
});
