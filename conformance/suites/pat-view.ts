/** A verdict in one line, to be compared and shown. */
export function said({ verdict, code }: { verdict?: string | undefined; code?: string | undefined }): string {
  return code === undefined ? (verdict ?? 'nothing') : `${verdict ?? ''} ${code}`;
}
