/**
 * What is another each time though a run is the same: addresses, folders, times, and octets that a target draws or a chain
 * makes. Each becomes a word for its kind, so that two texts of two runs can be compared.
 */
const KINDS: readonly (readonly [RegExp, string])[] = [
  [/(?:\d{1,3}\.){3}\d{1,3}:\d{1,5}/g, '<address>'],
  [/\bbcrt1[a-z0-9]{20,}/g, '<bitcoin address>'],
  [/\btxrt1:[a-z0-9-]+/g, '<txref>'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, '<time>'],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} [\d:]{8} GMT/g, '<time>'],
  [/\b\d+(?:\.\d+)? ms\b/g, '<time>'],
  [/(?:\/[\w.-]+)*\/milagro-target-[\w-]+/g, '<folder>'],
  [/\b(?:[0-9a-f]{2}){8,}\b/gi, '<octets>'],
  [/^(if-none-match|if-match): .+$/gim, '$1: <tag>'],
];

export function withoutVolatile(text: string): string {
  return KINDS.reduce((clean, [pattern, word]) => clean.replace(pattern, word), text);
}
