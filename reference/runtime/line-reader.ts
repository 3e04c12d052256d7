/** Lines of a stream, each capped in length: whoever writes to us must not be able to fill our memory. */
import type { Readable } from 'node:stream';
import { MdtError, type ErrorCode } from '../core/errors.ts';

/** A line of the launch contract (spec/certification.md, C.1), be it the launch configuration or a control line. */
export const MAX_LINE_OCTETS = 65_536;

const NEWLINE = 0x0a;

/** Reads lines one after the other. */
export class LineReader {
  readonly #chunks: AsyncIterator<Buffer>;
  #pending: Buffer[] = [];
  #rest: Buffer = Buffer.alloc(0);

  constructor(stream: Readable) {
    this.#chunks = (stream as AsyncIterable<Buffer>)[Symbol.asyncIterator]();
  }

  /**
   * The next line without its end, `undefined` at the end of the stream. A last line without newline counts.
   * A line above the cap is read to its end and dropped, so that the one after it can be read.
   * @throws MdtError `code` where the line has more than `maxOctets`
   */
  async next(maxOctets: number, code: ErrorCode): Promise<Buffer | undefined> {
    let size = 0;
    this.#pending = [];
    for (;;) {
      const end = this.#rest.indexOf(NEWLINE);
      const part = end < 0 ? this.#rest : this.#rest.subarray(0, end);
      size += part.length;
      if (size <= maxOctets) this.#pending.push(part);
      else this.#pending = [];
      if (end >= 0) {
        this.#rest = this.#rest.subarray(end + 1);
        return this.#finish(size, maxOctets, code);
      }
      const chunk = await this.#chunks.next();
      this.#rest = chunk.done === true ? Buffer.alloc(0) : chunk.value;
      if (chunk.done === true) return size === 0 ? undefined : this.#finish(size, maxOctets, code);
    }
  }

  #finish(size: number, maxOctets: number, code: ErrorCode): Buffer {
    if (size > maxOctets) throw new MdtError(code, `a line of ${size} octets, at most ${maxOctets} are read`);
    return Buffer.concat(this.#pending);
  }
}
