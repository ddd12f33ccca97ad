/** Made from the SDL by build/plugin.ts. */
declare module 'virtual:rules-selections' {
  /** By the kind's field in `ProgramRules`: what to ask for to get all of its rules, such as `points { unit … }`. */
  export const selections: Readonly<Record<string, string>>;
}

/** Made from the SDL by build/plugin.ts. */
declare module 'virtual:rules-schema' {
  // oxlint-disable-next-line typescript/consistent-type-imports -- an ambient module may not import by a relative path
  export const rulesSchema: import('../../build/rules-schema.js').RulesSchema;
}
