import {
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';

/** What the rules' inputs take, as far as a form needs to know. */
export interface RulesSchema {
  /** By name; `ProgramRulesInput` has one field for each kind. */
  readonly inputs: Readonly<Record<string, InputShape>>;
  /** The values of each enum, by its name. */
  readonly enums: Readonly<Record<string, readonly string[]>>;
}

export interface InputShape {
  /** Exactly one of its fields is given. */
  readonly oneOf: boolean;
  readonly fields: readonly FieldShape[];
}

export interface FieldShape {
  readonly name: string;
  /** The named type, without lists and non-nulls. */
  readonly type: string;
  readonly list: boolean;
  /** Null may be given: it can be left out altogether. */
  readonly nullable: boolean;
  /** What it is unless given; missing if it has to be given, or is null. */
  readonly initial?: unknown;
  readonly about: string;
}

/** All inputs that rules are made of, from `ProgramRulesInput` on. */
export function rulesSchema(schema: GraphQLSchema): RulesSchema {
  const root = schema.getType('ProgramRulesInput');
  if (!isInputObjectType(root)) {
    throw new Error('the schema has no input ProgramRulesInput');
  }
  const inputs: Record<string, InputShape> = {};
  const enums: Record<string, readonly string[]> = {};
  const waiting: GraphQLInputObjectType[] = [root];
  for (let type = waiting.pop(); type !== undefined; type = waiting.pop()) {
    if (inputs[type.name] !== undefined) {
      continue;
    }
    const fields = Object.values(type.getFields());
    inputs[type.name] = { oneOf: type.isOneOf, fields: fields.map(fieldShape) };
    for (const named of fields.map((field) => getNamedType(field.type))) {
      if (isInputObjectType(named)) {
        waiting.push(named);
      } else if (isEnumType(named)) {
        enums[named.name] = named.getValues().map(({ name }) => name);
      }
    }
  }
  return { inputs, enums };
}

function fieldShape({ name, type, defaultValue, description }: GraphQLInputField): FieldShape {
  return {
    name,
    type: getNamedType(type).name,
    list: isListType(getNullableType(type)),
    nullable: !isNonNullType(type),
    ...(defaultValue === undefined || defaultValue === null ? {} : { initial: defaultValue }),
    about: aboutOf(description ?? ''),
  };
}

/** What a description tells a person who fills in a form, where amounts are typed in whole units and names are chosen. */
export function aboutOf(description: string): string {
  const text = wording.reduce((written, [of, into]) => written.replace(of, into), description.replaceAll('`', ''));
  return text === '.' ? '' : text.charAt(0).toUpperCase() + text.slice(1);
}

const wording: readonly (readonly [RegExp, string])[] = [
  [/\bNull:/g, 'Not set:'],
  [/\bnull:/g, 'not set:'],
  [/: minor units of money, points in the smallest part, or a number/, ''],
  [/^In minor units, /, ''],
  [/,? in minor units( of currency)?/, ''],
  [/so many minor units of currency/, 'so much'],
  [/, in the unit's smallest part/, ''],
  [/\bThe slug of the /, 'The '],
  [/, by (its|their) slug\b/, ''],
];
