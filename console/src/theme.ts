import { type CSSVariablesResolver, Notification, Title, createTheme, type MantineColorsTuple } from '@mantine/core';

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
  components: {
    Notification: Notification.extend({ defaultProps: { closeButtonProps: { 'aria-label': 'Dismiss' } } }),
    Title: Title.extend({ defaultProps: { c: 'bright' } }),
  },
});

/** Some of Mantine's texts are too pale to be read by everybody: these have a contrast of at least 4.5 on their grounds. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#5c646b',
    '--mantine-color-placeholder': '#6b737b',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-red-text': '#c02020',
    '--mantine-color-teal-light-color': '#066649',
    '--mantine-color-orange-light-color': '#8f3207',
    '--mantine-color-yellow-light-color': '#7c4400',
    '--mantine-color-red-light-color': '#b02020',
  },
  dark: {
    '--mantine-color-text': '#d6d6d6',
    '--mantine-color-dimmed': '#a6a6a6',
    '--mantine-color-placeholder': '#9a9a9a',
  },
});
