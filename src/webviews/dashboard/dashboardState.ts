/** What the panel keeps over a reload of the window. */
export interface KeptState {
  readonly from?: string;
  readonly to?: string;
  readonly refresh?: string;
  readonly variables?: Readonly<Record<string, readonly string[]>>;
  readonly toggled?: readonly string[];
}

/** What the page kept before, as far as it can be read. */
export function readKeptState({ from, to, refresh, variables, toggled }: Readonly<Record<string, unknown>>): KeptState {
  const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every((one) => typeof one === 'string');
  return {
    ...(typeof from === 'string' ? { from } : {}), ...(typeof to === 'string' ? { to } : {}), ...(typeof refresh === 'string' ? { refresh } : {}), ...(isTexts(toggled) ? { toggled } : {}),
    ...(typeof variables === 'object' && variables !== null ? { variables: Object.fromEntries(Object.entries(variables).filter((entry): entry is [string, readonly string[]] => isTexts(entry[1]))) } : {}),
  };
}
