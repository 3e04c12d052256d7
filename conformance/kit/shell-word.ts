/** `text` as one word of a POSIX shell: a command that is shown is copied and run, whatever a path or a seed is made of. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
