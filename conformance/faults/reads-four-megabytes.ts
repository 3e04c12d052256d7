import type { Fault, Tools } from './fault.ts';

interface Bounds {
  readonly maxOctets: number;
}

type Get = (url: string, bounds: Bounds) => Promise<Uint8Array>;
type Parse = (octets: Uint8Array, most: number) => unknown;

const FOUR = 4;

const fault: Fault = {
  id: 'reads-four-megabytes',
  requirement: 'MDT-HST-101',
  role: 'pat',
  breaks: 'a hosted record may have four times as many octets',
  replaces: {
    'reference/chain/bounded-get.ts': {
      boundedGet: (original: Get, tools: Tools) => async (url: string, bounds: Bounds) => {
        const octets = await original(url, { ...bounds, maxOctets: FOUR * bounds.maxOctets });
        if (octets.length > bounds.maxOctets) tools.fired();
        return octets;
      },
    },
    'reference/core/document-octets.ts': {
      parseEnvelope: (original: Parse) => (octets: Uint8Array, most: number) => original(octets, FOUR * most),
    },
  },
};

export default fault;
