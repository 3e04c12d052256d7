import { hash256 } from '../oracle/digest.ts';
import type { Fault, Tools } from './fault.ts';

interface Base {
  readonly height: number;
}

declare class Earlier {
  constructor(base: Base);
  get lowest(): number;
  at(height: number): Base | undefined;
  take(octets: readonly Uint8Array[]): void;
}

const TIME_AT = 68;

function headerAt(octets: Uint8Array, height: number): Base {
  const hash = hash256(octets);
  return { height, ...{ hash, octets, time: Buffer.from(octets).readUInt32LE(TIME_AT), work: 0n } };
}

const fault: Fault = {
  id: 'believes-what-is-below',
  requirement: 'MDT-CHN-111',
  role: 'pat',
  breaks: 'headers below the checkpoint need not lead up to it',
  replaces: {
    'reference/core/earlier-headers.ts': {
      EarlierHeaders: (original: new (base: Base) => Earlier, tools: Tools) =>
        class extends original {
          readonly #base: Base;
          #believed: readonly Base[] = [];

          constructor(base: Base) {
            super(base);
            this.#base = base;
          }

          override get lowest(): number {
            return this.#believed.length > 0 ? this.#base.height - this.#believed.length : super.lowest;
          }

          override at(height: number): Base | undefined {
            return this.#believed.length > 0 ? this.#believed[height - this.lowest] : super.at(height);
          }

          override take(octets: readonly Uint8Array[]): void {
            try {
              super.take(octets);
            } catch {
              tools.fired();
              const from = this.#base.height - octets.length;
              this.#believed = octets.map((each, index) => headerAt(each, from + index));
            }
          }
        },
    },
  },
};

export default fault;
