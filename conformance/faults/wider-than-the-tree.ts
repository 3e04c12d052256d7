import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const HASH_OCTETS = 32;

const fault: Fault = {
  id: 'wider-than-the-tree',
  requirement: 'MDT-LOG-012',
  breaks: 'a partial tile that is wider than the tree is served, with zeros',
  replaces: changedLog((log, tools) => {
    const tileOctets = log.tileOctets.bind(log);
    log.tileOctets = (tile) => {
      const octets = tileOctets(tile);
      if (octets !== undefined || tile.width >= 256) return octets;
      tools.fired();
      return new Uint8Array(tile.width * HASH_OCTETS);
    };
  }),
};

export default fault;
