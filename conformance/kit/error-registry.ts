/** The error registry, read from the table of spec/errors.md, which is the only place where codes are registered. */

export interface RegisteredError {
  code: string;
  /** Requirements whose breach the code reports. */
  requirements: string[];
  /** Name of the gRPC status it travels with; absent where it does not travel by gRPC. */
  grpc?: string;
  /** HTTP status it travels with; absent where it does not travel by HTTP. */
  http?: number;
  meaning: string;
}

const ROW = /^\| `(MDT_[A-Z0-9_]+)` \| ([^|]+) \| ([A-Z_–]+) \| ([0-9]{3}|–) \| ([^|]+) \|$/;

/** Codes in the order of the table. Throws where a row of a code is not of the table's form or a code stands twice. */
export function readRegistry(markdown: string): Map<string, RegisteredError> {
  const found = new Map<string, RegisteredError>();
  for (const [index, line] of markdown.split('\n').entries()) {
    if (!line.startsWith('| `')) continue;
    const [, code = '', requirements = '', grpc = '', http = '', meaning = ''] = ROW.exec(line) ?? [];
    if (code === '' || found.has(code))
      throw new Error(`spec/errors.md:${String(index + 1)}: not a row of the registry, or a code twice`);
    found.set(code, {
      code,
      requirements: requirements.split(',').map((id) => id.trim()),
      ...(grpc !== '–' && { grpc }),
      ...(http !== '–' && { http: Number(http) }),
      meaning: meaning.trim(),
    });
  }
  return found;
}
