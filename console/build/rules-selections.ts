import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isInputObjectType,
  isNonNullType,
  isObjectType,
} from 'graphql';

/** Deeper than any rules are; where types contain themselves, this is where asking ends. */
const LEVELS_MAX = 12;

/**
 * For each kind of program, by its field in `ProgramRules`, what to ask for in order to get all of its rules in the shape
 * that `ProgramRulesInput` takes: what the server tells but does not take is left out.
 *
 * For `ProgramRules { storedValue: { unit, bonus: { percent } } }` it is `{ storedValue: 'storedValue { unit bonus {
 * percent } }' }`. Throws if leaving out what is null would mean something else than sending it.
 */
export function rulesSelections(schema: GraphQLSchema): Record<string, string> {
  const told = objectType(schema, 'ProgramRules');
  const taken = inputType(schema, 'ProgramRulesInput');
  return Object.fromEntries(
    Object.keys(taken.getFields())
      .filter((kind) => kind in told.getFields())
      .map((kind) => [kind, field(kind, told, taken, 0)]),
  );
}

function selection(told: GraphQLObjectType, taken: GraphQLInputObjectType, level: number): string {
  const fields = Object.values(taken.getFields()).filter(({ name }) => name in told.getFields());
  fields.forEach(checkNull);
  return fields
    .map(({ name }) => field(name, told, taken, level))
    .filter((text) => text !== '')
    .join(' ');
}

function field(name: string, told: GraphQLObjectType, taken: GraphQLInputObjectType, level: number): string {
  const output = getNamedType(told.getFields()[name]?.type);
  const input = getNamedType(taken.getFields()[name]?.type);
  if (!isObjectType(output) || !isInputObjectType(input)) {
    return name;
  }
  return level === LEVELS_MAX ? '' : `${name} { ${selection(output, input, level + 1)} }`;
}

/** The editor leaves out what is null, since one of several (`@oneOf`) may not be null: that must be the same. */
function checkNull({ name, type, defaultValue }: GraphQLInputField): void {
  if (!isNonNullType(type) && defaultValue !== undefined && defaultValue !== null) {
    throw new Error(`the rules' field ${name} may be null, and has another default`);
  }
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) {
    throw new Error(`the schema has no type ${name}`);
  }
  return type;
}

function inputType(schema: GraphQLSchema, name: string): GraphQLInputObjectType {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) {
    throw new Error(`the schema has no input ${name}`);
  }
  return type;
}
