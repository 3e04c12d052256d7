/**
 * What a target keeps in its data directory. A target is not trusted: no link is followed, nothing is opened but regular files,
 * and depth, number, octets and time have caps. What lies beyond a cap is told, not passed over in silence.
 */
import { constants, type Stats } from 'node:fs';
import { lstat, open, opendir, type FileHandle } from 'node:fs/promises';

export interface KeptEntry {
  /** From the data directory on; `.` for itself. */
  readonly path: string;
  readonly kind: 'file' | 'directory' | 'link' | 'other';
  /** Permission bits. */
  readonly mode: number;
}

export interface KeptFolder {
  readonly entries: readonly KeptEntry[];
  /** What was not looked at, each in words; empty where everything was. */
  readonly unread: readonly string[];
}

/** Gives what is to be told of the octets of a file, piece by piece. */
export type Look = (path: string) => (piece: Buffer) => void;

export interface Caps {
  readonly depth: number;
  readonly entries: number;
  /** Octets read in all; holes that a file system knows of are not read. */
  readonly octets: number;
  readonly ms: number;
}

const CAPS: Caps = { depth: 32, entries: 10_000, octets: 256 * 1024 * 1024, ms: 5_000 };
const PIECE = 1024 * 1024;
/** A file without blocks is one hole; some file systems keep what is small without a block. */
const SMALL = 64 * 1024;
const MAX_TOLD = 20;
const SLASH = Buffer.from('/');

export async function walkFolder(folder: string, look: Look, caps: Partial<Caps> = {}): Promise<KeptFolder> {
  const walk = new Walk(folder, look, { ...CAPS, ...caps });
  await walk.run();
  return walk;
}

class Walk implements KeptFolder {
  readonly entries: KeptEntry[] = [];
  readonly unread: string[] = [];
  readonly #root: Buffer;
  readonly #look: Look;
  readonly #caps: Caps;
  readonly #began = performance.now();
  readonly #piece: Buffer = Buffer.allocUnsafe(PIECE);
  #octetsLeft: number;

  constructor(folder: string, look: Look, caps: Caps) {
    this.#root = Buffer.from(folder);
    this.#look = look;
    this.#caps = caps;
    this.#octetsLeft = caps.octets;
  }

  async run(): Promise<void> {
    // Names are octets: one that is no UTF-8 would not be found again by its text.
    const folders = [{ path: this.#root, depth: 0 }];
    await this.#visit(this.#root);
    for (let folder = folders.pop(); folder && this.#hasRoom(); folder = folders.pop()) {
      if (folder.depth >= this.#caps.depth) {
        this.#tell(folder.path, `lies ${String(folder.depth)} directories down`);
        continue;
      }
      for (const path of await this.#namesIn(folder.path))
        if (await this.#visit(path)) folders.push({ path, depth: folder.depth + 1 });
    }
  }

  /** Looks at one entry; tells whether it is a directory. */
  async #visit(path: Buffer): Promise<boolean> {
    const stats = await this.#try(path, () => lstat(path));
    if (!stats) return false;
    const kind = kindOf(stats);
    this.entries.push({ path: this.#shown(path), kind, mode: stats.mode & 0o777 });
    if (kind === 'file') await this.#try(path, () => this.#read(path, stats));
    return kind === 'directory';
  }

  async #namesIn(path: Buffer): Promise<Buffer[]> {
    const names: Buffer[] = [];
    await this.#try(path, async () => {
      // @types/node knows no directory of Buffers.
      const options = { encoding: 'buffer' } as unknown as { encoding: 'utf8' };
      for await (const { name } of await opendir(path, options)) {
        if (this.entries.length + names.length >= this.#caps.entries) {
          this.#tell(path, `holds more than the ${String(this.#caps.entries)} entries that are looked at in all`);
          break;
        }
        names.push(Buffer.concat([path, SLASH, name as unknown as Buffer]));
      }
    });
    return names;
  }

  async #read(path: Buffer, { size, blocks }: Stats): Promise<void> {
    if (size === 0 || (blocks === 0 && size > SMALL)) return;
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if ((await file.stat()).isFile()) await this.#readAll(path, file);
    } finally {
      await file.close();
    }
  }

  async #readAll(path: Buffer, file: FileHandle): Promise<void> {
    const see = this.#look(this.#shown(path));
    for (let at = 0; ;) {
      const wanted = Math.min(PIECE, this.#octetsLeft);
      if (wanted === 0 || this.#isLate()) {
        if ((await file.stat()).size > at) this.#tell(path, `was read up to octet ${String(at)}`);
        return;
      }
      const { bytesRead } = await file.read(this.#piece, 0, wanted, at);
      if (bytesRead === 0) return;
      at += bytesRead;
      this.#octetsLeft -= bytesRead;
      see(this.#piece.subarray(0, bytesRead));
    }
  }

  #hasRoom(): boolean {
    if (!this.#isLate() && this.entries.length < this.#caps.entries) return true;
    this.#tell(this.#root, 'has more in it than is looked at');
    return false;
  }

  #isLate(): boolean {
    return performance.now() - this.#began > this.#caps.ms;
  }

  /** What is gone meanwhile was not kept; any other error is the target's doing, and told. */
  async #try<T>(path: Buffer, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === undefined) throw error;
      if (code !== 'ENOENT') this.#tell(path, `could not be looked at (${code})`);
      return undefined;
    }
  }

  #tell(path: Buffer, what: string): void {
    if (this.unread.length < MAX_TOLD) this.unread.push(`${this.#shown(path).slice(0, 300)} ${what}`);
  }

  #shown(path: Buffer): string {
    return path.length === this.#root.length ? '.' : path.subarray(this.#root.length + 1).toString('utf8');
  }
}

function kindOf(stats: Stats): KeptEntry['kind'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'link' : 'other';
}
