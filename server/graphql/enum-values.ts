/** GraphQL's names of our lower-case values: `cut_off` becomes `CUT_OFF`. */
export function enumValues<Value extends string>(values: readonly Value[]): Record<string, { value: Value }> {
  return Object.fromEntries(values.map((value) => [value.toUpperCase(), { value }]));
}
