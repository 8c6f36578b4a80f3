/** Puts `item` at the end of the list that opens right after `opening`, looking from `from` on. */
export function addToList(text: string, opening: string, item: string, from = 0): string {
  const found = text.indexOf(opening, from);
  if (found < 0) throw new Error(`there is no "${opening}" to add ${item} to`);
  const start = found + opening.length;
  const end = closingOf(text, start);
  const before = text.slice(0, end).trimEnd();
  const comma = /[[{(,]$/.test(before) ? '' : ',';
  return `${before}${comma} ${item}${text.slice(end)}`;
}

/** Brackets inside are passed over in pairs. */
function closingOf(text: string, start: number): number {
  let depth = 1;
  for (let at = start; at < text.length; at++) {
    if ('[{('.includes(text[at]!)) depth++;
    else if (']})'.includes(text[at]!) && --depth === 0) return at;
  }
  throw new Error('a list that is not closed');
}

/** Imports `name`, together with what is imported from there already. */
export function addImport(text: string, name: string, from: string): string {
  const merged = new RegExp(`import \\{([^}]*)\\} from '${from.replaceAll('.', '\\.')}';`);
  const found = merged.exec(text);
  if (found?.[1]?.split(',').some((each) => each.trim() === name)) return text;
  if (found)
    return text.replace(merged, (_, names: string) => {
      const kept = names.trim().replace(/,$/, '');
      return `import { ${kept}, ${name} } from '${from}';`;
    });
  const last = [...text.matchAll(/^(?:import .*|\}) from '.*';$/gm)].at(-1);
  const end = last ? last.index + last[0].length : 0;
  return `${text.slice(0, end)}\nimport { ${name} } from '${from}';${text.slice(end)}`;
}
