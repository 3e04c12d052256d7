import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'cut-bundle',
  requirement: 'MDT-LOG-010',
  breaks: 'an entry bundle lacks its last octet',
  replaces: changedLog((log, tools) => {
    const tileOctets = log.tileOctets.bind(log);
    log.tileOctets = (tile) => {
      const octets = tileOctets(tile);
      if (tile.level !== 'entries' || !octets) return octets;
      tools.fired();
      return octets.subarray(0, -1);
    };
  }),
};

export default fault;
