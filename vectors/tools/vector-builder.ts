/**
 * Builds vector files (schemas/vector-file.schema.json). A file is made of groups, a group of tests; test
 * numbers are given in the order of the source, so a new test goes to the end of its group only where the
 * numbers behind it may move, that is before a release.
 */
import type { VectorFile, VectorGroup, VectorNote, VectorTest } from '../../reference/gen/schemas.ts';

const GENERATOR_VERSION = '1';
const OUR_LICENSE = 'Apache-2.0';

export interface FileHead {
  algorithm: string;
  /** Where the expected values come from. */
  source: string;
  header: [string, ...string[]];
  notes: Record<string, VectorNote>;
}

export interface GroupHead {
  /** What to run the tests of the group through; `vectors/README.md` lists the types. */
  type: string;
  source: string;
  license?: string;
  /** Taken over as facts from somebody else's list. */
  official?: boolean;
}

/** What one test says beside its input. */
export interface Saying {
  comment: string;
  flags?: string[];
  requirements: [string, ...string[]];
  input: Record<string, unknown>;
}

export class VectorBuilder {
  readonly #head: FileHead;
  readonly #groups: VectorGroup[] = [];
  #next = 1;

  constructor(head: FileHead) {
    this.#head = head;
  }

  group(head: GroupHead, fill: (group: GroupBuilder) => void): this {
    const tests: VectorTest[] = [];
    fill(new GroupBuilder((test) => tests.push({ tcId: this.#next++, ...test })));
    const [first, ...rest] = tests;
    if (first === undefined) throw new Error(`group ${head.type} of ${this.#head.algorithm} is empty`);
    this.#groups.push({ ...head, tests: [first, ...rest] });
    return this;
  }

  build(): VectorFile {
    const [first, ...rest] = this.#groups;
    if (first === undefined) throw new Error(`${this.#head.algorithm} has no groups`);
    const { algorithm, source, header, notes } = this.#head;
    return {
      algorithm,
      schema: 'vector-file.schema.json',
      generatorVersion: GENERATOR_VERSION,
      source,
      license: OUR_LICENSE,
      header,
      notes,
      numberOfTests: this.#next - 1,
      testGroups: [first, ...rest],
    };
  }
}

export class GroupBuilder {
  readonly #add: (test: Omit<VectorTest, 'tcId'>) => void;

  constructor(add: (test: Omit<VectorTest, 'tcId'>) => void) {
    this.#add = add;
  }

  valid({ comment, flags = [], requirements, input }: Saying, expected: Record<string, unknown>): void {
    this.#add({ comment, flags, requirements, input, expected, result: 'valid' });
  }

  invalid({ comment, flags = [], requirements, input }: Saying, code: string): void {
    this.#add({ comment, flags, requirements, input, result: 'invalid', code });
  }
}

/** The one text form of a vector file. */
export function formatVectors(file: VectorFile): string {
  return `${JSON.stringify(file, null, 2)}\n`;
}
