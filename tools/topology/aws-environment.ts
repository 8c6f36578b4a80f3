/** AWS's clients read the process' own environment: what a running system has written down is put there, unless it is set. */
export function useAwsOf(environment: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(environment))
    if (name.startsWith('AWS_') && value !== undefined) process.env[name] ??= value;
}
