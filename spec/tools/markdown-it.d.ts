// markdown-it 14 brings no types. This is the part of it that the page uses.
declare module 'markdown-it' {
  export interface Token {
    type: string;
    tag: string;
    content: string;
    info: string;
    attrSet(name: string, value: string): void;
  }
  type Rule = (tokens: Token[], index: number) => string;
  export default class MarkdownIt {
    constructor(options: { html: boolean; linkify: boolean; typographer: boolean });
    render(markdown: string): string;
    renderInline(markdown: string): string;
    readonly utils: { escapeHtml(text: string): string };
    readonly renderer: { rules: Record<string, Rule | undefined> };
  }
}
