/** HTML from parts: everything that is put in is escaped, unless it is markup made here. */
import { visible } from './visible.ts';

/** Markup that is safe to put in as it is. Only `html` makes it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type Part = Markup | string | number | false | undefined | readonly Part[];

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

/** Fills a template: strings are escaped and their control characters made visible, `Markup` stays, lists are joined, `false` and `undefined` leave nothing. */
export function html(template: TemplateStringsArray, ...parts: Part[]): Markup {
  return new Markup(template.reduce((text, piece, index) => text + render(parts[index - 1]) + piece));
}

/** Text that goes into the page as it is: the style sheet and the script, which are ours. */
export function verbatim(text: string): Markup {
  return new Markup(text);
}

function render(part: Part): string {
  if (part === undefined || part === false) return '';
  if (part instanceof Markup) return part.text;
  if (typeof part === 'object') return part.map(render).join('');
  return visible(String(part)).replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
