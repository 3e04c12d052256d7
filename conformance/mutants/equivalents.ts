/** Mutants that say the same as the original, or something that no requirement is about, each with the reason. */
const EQUIVALENT: readonly { readonly ids: RegExp; readonly reason: string }[] = [
  {
    ids: /\/locator\/txref delete$/,
    reason: 'a locator need not have a txref (MDT-LOC-002 and -003 say when it must not and what it is)',
  },
  {
    ids: / field (date|connection|content-length) /,
    reason: 'framing of HTTP, used up by the client before anybody looks at the answer',
  },
  {
    ids: / field (x-content-type-options|access-control-expose-headers|retry-after) /,
    reason: 'a courtesy that no requirement asks for',
  },
  {
    ids: /: (GET record before ready|GET what is not there|methods that write) (\(whole\) extra|\/(type|title) bit|\/detail (bit|delete))$/,
    reason:
      'RFC 9457: extension members are allowed, type is any URI, title and detail are for people (codes are matched, texts are not)',
  },
  {
    ids: /: (GET what is not there|methods that write) field (access-control-allow-origin|cache-control) /,
    reason: 'MDT-HST-004 and -002 are about the record, not about an answer that has none',
  },
  { ids: /: GetBirthRecord before ready message /, reason: 'a text for people; the code travels as ErrorInfo' },
];

export function reasonFor(id: string): string | undefined {
  return EQUIVALENT.find(({ ids }) => ids.test(id))?.reason;
}
