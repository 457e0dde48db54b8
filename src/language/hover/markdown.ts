/** Markdown of texts that come from files: they never become links, commands, images or HTML. */

/** A text that is shown as it is written. */
export function plain(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+\-.!|<>&~:@$]/g, '\\$&').replace(/\r?\n[ \t]*/g, '  \n');
}

/** A piece of code inside a sentence. */
export function code(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  const longest = Math.max(0, ...[...line.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = line.startsWith('`') || line.endsWith('`') || line === '' ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** A block of code with the colours of a language. */
export function codeBlock(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
