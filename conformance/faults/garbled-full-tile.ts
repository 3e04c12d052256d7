import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

/** What `tlog-tiles` gives a tile that is full. */
const FULL = 256;

const fault: Fault = {
  id: 'garbled-full-tile',
  requirement: 'MDT-LOG-010',
  breaks: 'a tile has another hash in it once it is full',
  replaces: changedLog((log, tools) => {
    const tileOctets = log.tileOctets.bind(log);
    log.tileOctets = (tile) => {
      const octets = tileOctets(tile);
      if (tile.level === 'entries' || tile.width < FULL || !octets) return octets;
      tools.fired();
      return octets.map((octet, at) => (at === 0 ? octet ^ 1 : octet));
    };
  }),
};

export default fault;
