/**
 * Signed documents that follow each other by `seq` and `previous`, such as roots and STATUSes: one file to which each is
 * appended, a line of JSON, on disk before anybody is shown it. Nothing is ever changed or taken away.
 */
import { closeSync, constants, fdatasyncSync, fstatSync, ftruncateSync, openSync, readSync } from 'node:fs';
import { documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { writeWhole } from './write-whole.ts';

/** What all documents of a series have. */
export interface Following {
  readonly seq: number;
  readonly previous: string;
  readonly entity_id: string;
}

/** A document with its digest and signature, hexadecimal. */
export interface SignedDocument<D extends Following> {
  readonly document: D;
  readonly sha256: string;
  readonly signature: string;
}

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const LINE_FEED = 0x0a;

export class DocumentSeries<D extends Following> {
  readonly #descriptor: number;
  /** Where each line begins; the last is where the next will. */
  readonly #offsets: number[] = [0];
  #newest: SignedDocument<D> | undefined;

  private constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  /**
   * Opens the file, making it where there is none, and looks at every document in it. A last line that is no whole
   * document was never shown to anybody: it is cut off. One that is whole counts, whatever its end is: it may have been.
   * @param visit is told of each document, in order
   * @throws MdtError MDT_STATE with the document at fault
   */
  static open<D extends Following>(path: string, visit?: (signed: SignedDocument<D>) => void): DocumentSeries<D> {
    const series = new DocumentSeries<D>(openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0o600));
    try {
      series.#scan(path, visit);
      return series;
    } catch (error) {
      series.close();
      throw error;
    }
  }

  get length(): number {
    return this.#offsets.length - 1;
  }

  get newest(): SignedDocument<D> | undefined {
    return this.#newest;
  }

  /** @throws MdtError MDT_NOT_FOUND */
  at(seq: number): SignedDocument<D> {
    const [start, end] = [this.#offsets[seq], this.#offsets[seq + 1]];
    if (start === undefined || end === undefined) throw new MdtError('MDT_NOT_FOUND', 'no such document');
    return this.#read(start, end);
  }

  /** Keeps one more, on disk when this returns. */
  append(document: D, signature: string): SignedDocument<D> {
    const signed = { document, sha256: bytesToHex(documentDigest(document)), signature };
    const start = this.#offsets.at(-1) ?? 0;
    const line = Buffer.from(`${JSON.stringify(signed)}\n`);
    writeWhole(this.#descriptor, line, start);
    fdatasyncSync(this.#descriptor);
    this.#offsets.push(start + line.length);
    this.#newest = signed;
    return signed;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  #read(start: number, end: number): SignedDocument<D> {
    const line = Buffer.alloc(end - start);
    readSync(this.#descriptor, line, 0, line.length, start);
    return JSON.parse(line.toString('utf8')) as SignedDocument<D>;
  }

  #scan(path: string, visit?: (signed: SignedDocument<D>) => void): void {
    const take = (signed: SignedDocument<D>, end: number): void => {
      const previous = this.#newest?.sha256 ?? signed.document.entity_id;
      const { document, sha256 } = signed;
      const follows = document.seq === this.length && document.previous === previous;
      if (!follows || bytesToHex(documentDigest(document)) !== sha256) throw damaged(path, this.length);
      this.#offsets.push(end);
      this.#newest = signed;
      visit?.(signed);
    };
    for (const { start, end } of linesOf(this.#descriptor)) take(this.#parse(path, start, end), end);
    const last = this.#withoutEnd();
    if (last) {
      take(last.signed, last.end + 1); // what is damaged is left as it was found
      writeWhole(this.#descriptor, Buffer.of(LINE_FEED), last.end);
    }
    ftruncateSync(this.#descriptor, this.#offsets.at(-1) ?? 0);
    fdatasyncSync(this.#descriptor); // what a process that was killed has written counts from now on
  }

  /** A document whose line feed is not there, or is another octet. */
  #withoutEnd(): { signed: SignedDocument<D>; end: number } | undefined {
    const start = this.#offsets.at(-1) ?? 0;
    const { size } = fstatSync(this.#descriptor);
    for (const end of [size, size - 1]) {
      try {
        if (end > start) return { signed: this.#read(start, end), end };
      } catch {
        // a part of a document, which was never shown
      }
    }
    return undefined;
  }

  #parse(path: string, start: number, end: number): SignedDocument<D> {
    try {
      return this.#read(start, end);
    } catch (cause) {
      throw damaged(path, this.length, cause);
    }
  }
}

function damaged(path: string, seq: number, cause?: unknown): MdtError {
  const name = path.split('/').at(-1) ?? '';
  return new MdtError('MDT_STATE', `${name} is damaged at the document ${seq}`, {
    field: `/data_dir/${name}/${seq}`,
    ...(cause !== undefined && { cause }),
  });
}

/** Lines that have an end. */
function* linesOf(descriptor: number): Generator<{ start: number; end: number }> {
  const { size } = fstatSync(descriptor);
  const chunk = Buffer.alloc(65_536);
  let start = 0;
  for (let at = 0; at < size; at += chunk.length) {
    const read = readSync(descriptor, chunk, 0, chunk.length, at);
    for (let next = chunk.indexOf(LINE_FEED); next >= 0 && next < read; next = chunk.indexOf(LINE_FEED, next + 1)) {
      yield { start, end: at + next + 1 };
      start = at + next + 1;
    }
  }
}
