import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const fault: Fault = {
  id: 'empty-beyond',
  requirement: 'MDT-LOG-012',
  breaks: 'a tile beyond the tree is served, empty',
  replaces: changedLog((log, tools) => {
    const tileOctets = log.tileOctets.bind(log);
    log.tileOctets = (tile) => {
      const octets = tileOctets(tile);
      if (!octets) tools.fired();
      return octets ?? new Uint8Array();
    };
  }),
};

export default fault;
