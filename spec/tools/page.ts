/** The specification as one HTML page without external resources: an anchor for each chapter, heading, requirement and code. */
import MarkdownIt, { type Token } from 'markdown-it';
import type { Ledger, Requirement } from '../../conformance/kit/ledger.ts';
import type { Chapter } from './chapters.ts';
import { slugOf } from './check.ts';
import { readProject } from './examples.ts';

const REQUIREMENT = /^\*\*(MDT-[A-Z]{3}-[0-9]{3})\*\* \([a-z]+: [a-z ]+(?:; profile: [a-z-]+)?\)\n(.+)$/gm;
const ID = /\bMDT-[A-Z]{3}-[0-9]{3}\b/g;

export function renderPage(chapters: readonly Chapter[], ledger: Ledger): string {
  const bodies = chapters.map((chapter) => renderChapter(chapter, ledger));
  const contents = chapters.map(
    ({ file, text }) => `<li><a href="#${anchorOf(file)}">${escape(titleOf(text))}</a></li>`,
  );
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Milagro Distributed Trust ${escape(ledger.revision)}</title>
<style>
${readProject('spec/tools/page.css')}</style>
</head>
<body>
<nav aria-label="Contents"><p>Milagro Distributed Trust<br><small>${escape(ledger.revision)}</small></p><ul>
${contents.join('\n')}
</ul></nav>
<main>
${bodies.join('\n')}
</main>
</body>
</html>
`;
}

function renderChapter({ file, text }: Chapter, ledger: Ledger): string {
  const markdown = new MarkdownIt({ html: true, linkify: false, typographer: false });
  const inErrors = file === 'errors.md';
  const seen = new Set<string>();
  const { rules } = markdown.renderer;
  rules['heading_open'] = (tokens, index) => {
    const token = at(tokens, index);
    const slug = slugOf(at(tokens, index + 1).content);
    return `<${token.tag} id="${anchorOf(file)}-${slug}">`;
  };
  rules['text'] = (tokens, index) => linkIds(escape(at(tokens, index).content), ledger);
  rules['code_inline'] = (tokens, index) => {
    const code = escape(at(tokens, index).content);
    if (!/^MDT_[A-Z0-9_]+$/.test(code)) return `<code>${code}</code>`;
    if (!inErrors) return `<a href="#${code}"><code>${code}</code></a>`;
    const first = !seen.has(code);
    seen.add(code);
    return first ? `<code id="${code}">${code}</code>` : `<code>${code}</code>`;
  };
  rules['fence'] = (tokens, index) => renderFence(at(tokens, index));
  rules['link_open'] = (tokens, index) => `<a href="${escape(pageHref(at(tokens, index)))}">`;
  const withRequirements = text
    .replace(/^<!-- profile: .+ -->$/m, '')
    .replaceAll(REQUIREMENT, (whole, id: string, sentence: string) => {
      const requirement = ledger.requirements.get(id);
      return requirement ? renderRequirement(requirement, markdown.renderInline(sentence)) : whole;
    });
  const html = markdown.render(withRequirements).replaceAll('<blockquote>', '<blockquote class="note">');
  return `<article id="${anchorOf(file)}">\n${html}</article>`;
}

function renderRequirement({ id, level, side, roles, profile, untestable }: Requirement, sentence: string): string {
  const note = untestable === undefined ? '' : ' · untestable';
  return `<section class="requirement ${level.toLowerCase()}" id="${id}"><p class="head"><a href="#${id}">${id}</a> <span>${level} · ${side}: ${roles.join(', ')} · ${profile}${note}</span></p><p>${sentence}</p></section>\n`;
}

function renderFence(token: Token): string {
  const example = /example=([a-z-]+)/.exec(token.info)?.[1];
  const caption = example === undefined ? '' : `<figcaption>${escape(example)}</figcaption>`;
  return `<figure>${caption}<pre tabindex="0"><code>${escape(token.content)}</code></pre></figure>\n`;
}

function linkIds(html: string, { requirements }: Ledger): string {
  return html.replaceAll(ID, (id) => (requirements.has(id) ? `<a href="#${id}">${id}</a>` : id));
}

/** A link between pages becomes one within the page. */
function pageHref(token: Token): string {
  const attributes = (token as Token & { attrs?: [string, string][] }).attrs ?? [];
  const href = attributes.find(([name]) => name === 'href')?.[1] ?? '';
  const [file = '', anchor] = href.split('#');
  if (!file.endsWith('.md') || file.includes('/')) return href;
  if (anchor === undefined) return `#${anchorOf(file)}`;
  return anchor.startsWith('MDT-') ? `#${anchor}` : `#${anchorOf(file)}-${anchor}`;
}

function anchorOf(file: string): string {
  return file.replace(/\.md$/, '').toLowerCase();
}

function titleOf(text: string): string {
  return /^# (.+)$/m.exec(text)?.[1] ?? '';
}

function at(tokens: Token[], index: number): Token {
  const token = tokens[index];
  if (token === undefined) throw new Error('a token is missing');
  return token;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
