import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'garbled-upper-tile',
  requirement: 'MDT-LOG-010',
  breaks: 'a tile of hashes of tiles has another hash in it',
  replaces: changedLog((log, tools) => {
    const tileOctets = log.tileOctets.bind(log);
    log.tileOctets = (tile) => {
      const octets = tileOctets(tile);
      if (tile.level === 'entries' || tile.level === 0 || !octets) return octets;
      tools.fired();
      return octets.map((octet, at) => (at === 0 ? octet ^ 1 : octet));
    };
  }),
};

export default fault;
