/** The code blocks of a page that begin with `// path`, by that path: what a reader copies is what is tried. */
export function filesIn(page: string): Map<string, string> {
  const blocks = page.matchAll(/^```(?:ts|json)\n\/\/ (\S+)\n(.*?)^```$/gms);
  return new Map([...blocks].map(([, path, text]) => [path!, text!]));
}
