/**
 * Signed documents that follow each other by `seq` and `previous`, such as roots and STATUSes: one file to which each is
 * appended, a line of JSON, on disk before anybody is shown it. Nothing is ever changed or taken away: how far the series is
 * is kept elsewhere as well, and what is less than that, or is another, is not gone on from.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { documentDigest } from '../core/canonical.ts';
import { MdtError } from '../core/errors.ts';
import { bytesToHex } from '../core/hex.ts';
import { DISK, SyncFailure, type Disk } from './disk.ts';
import { extended, NOTHING, type Extent } from './extent.ts';
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

/** What is known of a series beside its file. */
export interface SeriesKeeper<D extends Following> {
  /** How far it is, at least. */
  readonly extent: Extent;
  /**
   * Keeps how far it is from now on; on disk when this returns.
   * @throws MdtError MDT_STATE
   */
  keep(extent: Extent): void;
  /** @throws MdtError MDT_SIGNATURE */
  verify(signed: SignedDocument<D>): void;
}

const { O_CREAT, O_NOFOLLOW, O_RDWR } = constants;
const LINE_FEED = 0x0a;

export class DocumentSeries<D extends Following> {
  readonly #descriptor: number;
  readonly #path: string;
  readonly #keeper: SeriesKeeper<D>;
  readonly #disk: Disk;
  /** Where each line begins; the last is where the next will. */
  readonly #offsets: number[] = [0];
  #newest: SignedDocument<D> | undefined;
  #extent: Extent = NOTHING;
  #failure: SyncFailure | undefined;
  /** On disk, but not kept by the keeper: nobody is shown it before. */
  #unkept: { readonly signed: SignedDocument<D>; readonly end: number } | undefined;

  private constructor(path: string, keeper: SeriesKeeper<D>, disk: Disk) {
    this.#disk = disk;
    this.#descriptor = openAt(path, keeper.extent);
    this.#path = path;
    this.#keeper = keeper;
  }

  /**
   * Opens the file, making it where nothing was kept yet, and looks at every document in it. A last line that is no whole
   * document was never shown to anybody: it is cut off. One that is whole counts, whatever its end is: it may have been.
   *
   * Signatures of what the keeper knows of are held to its digest: to verify one takes above a millisecond, those of a year
   * of hours a dozen seconds. Those behind, which a crash kept from it, are verified.
   * @throws MdtError MDT_STATE with the document at fault, or the first that is not there
   */
  static open<D extends Following>(path: string, keeper: SeriesKeeper<D>, disk: Disk = DISK): DocumentSeries<D> {
    const series = new DocumentSeries<D>(path, keeper, disk);
    try {
      series.#scan();
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

  /**
   * Keeps one more, on disk when this returns.
   * @throws MdtError MDT_STATE where the disk does not take it, or has taken another meanwhile; SyncFailure, from then on always
   */
  append(document: D, signature: string): SignedDocument<D> {
    if (this.#failure) throw this.#failure;
    this.#keep();
    if (document.seq !== this.length)
      throw new MdtError('MDT_STATE', `the document ${document.seq} is there already`, { field: '/data_dir' });
    const signed = { document, sha256: bytesToHex(documentDigest(document)), signature };
    const start = this.#offsets.at(-1) ?? 0;
    const line = Buffer.from(`${JSON.stringify(signed)}\n`);
    writeWhole(this.#descriptor, line, start, this.#disk);
    this.#sync();
    this.#unkept = { signed, end: start + line.length };
    this.#keep();
    return signed;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  /** What is on disk counts once the keeper has it. Where its disk failed it may have: the document stays, and is tried again. */
  #keep(): void {
    if (!this.#unkept) return;
    const { signed, end } = this.#unkept;
    this.#keeper.keep(extended(this.#extent, signed));
    this.#unkept = undefined;
    this.#count(signed, end);
  }

  #sync(): void {
    try {
      this.#disk.syncNow(this.#descriptor);
    } catch (cause) {
      this.#failure = new SyncFailure(cause);
      throw this.#failure;
    }
  }

  #count(signed: SignedDocument<D>, end: number): void {
    this.#extent = extended(this.#extent, signed);
    this.#offsets.push(end);
    this.#newest = signed;
  }

  #read(start: number, end: number): SignedDocument<D> {
    const line = Buffer.alloc(end - start);
    readSync(this.#descriptor, line, 0, line.length, start);
    return JSON.parse(line.toString('utf8')) as SignedDocument<D>;
  }

  #scan(): void {
    const { extent } = this.#keeper;
    for (const { start, end } of linesOf(this.#descriptor)) this.#take(() => this.#read(start, end), end);
    const last = this.#withoutEnd();
    if (last) this.#take(() => last.signed, last.end + 1);
    if (this.length < extent.length) throw damaged(this.#path, this.length, `of ${extent.length} is not there`);
    // What is damaged was left as it was found until here.
    if (last) writeWhole(this.#descriptor, Buffer.of(LINE_FEED), last.end, this.#disk);
    this.#disk.truncate(this.#descriptor, this.#offsets.at(-1) ?? 0);
    this.#sync(); // what a process that was killed has written counts from now on
    if (this.length > extent.length) this.#keeper.keep(this.#extent);
  }

  /** Counts a line, if it holds what must be there. */
  #take(read: () => SignedDocument<D>, end: number): void {
    const { extent, verify } = this.#keeper;
    const seq = this.length;
    try {
      const signed = read();
      expectNext(signed, seq, this.#newest);
      if (seq >= extent.length) verify(signed);
      this.#count(signed, end);
    } catch (cause) {
      throw damaged(this.#path, seq, 'is damaged', cause);
    }
    if (this.length === extent.length && this.#extent.digest !== extent.digest)
      throw damaged(this.#path, this.#firstUnsigned(), 'is not the one that was kept');
  }

  /** Of documents that are not those that were kept: the first that nobody signed, or else the last. */
  #firstUnsigned(): number {
    for (let seq = 0; seq < this.length; seq += 1) {
      try {
        this.#keeper.verify(this.at(seq));
      } catch {
        return seq;
      }
    }
    return this.length - 1;
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
}

/** @throws where a line holds something else than a document that follows */
function expectNext<D extends Following>(signed: SignedDocument<D>, seq: number, before?: SignedDocument<D>): void {
  const { document, sha256, signature } = signed;
  const previous = before?.sha256 ?? document.entity_id;
  if (document.seq !== seq || document.previous !== previous) throw new RangeError('it does not follow');
  if (bytesToHex(documentDigest(document)) !== sha256) throw new RangeError('not its digest');
  if (typeof signature !== 'string') throw new TypeError('no signature');
}

/** What was kept must be there: it is not made anew. */
function openAt(path: string, { length }: Extent): number {
  try {
    return openSync(path, O_RDWR | O_NOFOLLOW | (length > 0 ? 0 : O_CREAT), 0o600);
  } catch (cause) {
    throw damaged(path, 0, `of ${length} cannot be read`, cause);
  }
}

function damaged(path: string, seq: number, what: string, cause?: unknown): MdtError {
  const name = path.split('/').at(-1) ?? '';
  return new MdtError('MDT_STATE', `the document ${seq} of ${name} ${what}`, {
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
