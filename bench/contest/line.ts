/** What a figure is held to: the ratio where there is a base, else the value itself. */
export type Aim = { readonly atLeast: number } | { readonly atMost: number };

export interface Line {
  readonly name: string;
  readonly value: number;
  readonly unit: '/s' | 'ms' | 'MiB' | '%' | '';
  /** CPU of the process at work, not of the servers, for each message. */
  readonly cpuMicros?: number;
  readonly base?: string;
  readonly ratio?: number;
  readonly aim?: Aim;
}

export interface Part {
  readonly title: string;
  readonly lines: readonly Line[];
}

export function isReached({ aim, ratio, value }: Line): boolean | undefined {
  if (!aim) return undefined;
  const figure = ratio ?? value;
  return 'atLeast' in aim ? figure >= aim.atLeast : figure <= aim.atMost;
}
