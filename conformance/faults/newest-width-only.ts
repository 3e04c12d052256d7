import type { Fault } from './fault.ts';
import { changedLog } from './ways/durable-log.ts';

const WIDTH = 256;

const fault: Fault = {
  id: 'newest-width-only',
  requirement: 'MDT-LOG-010',
  breaks: 'partial tiles are served of the width that the newest checkpoint has, and of no other',
  replaces: changedLog((log, tools) => {
    const tileOctets = log.tileOctets.bind(log);
    log.tileOctets = (tile) => {
      const { level, index, width } = tile;
      const count = level === 'entries' ? log.size : Math.floor(log.size / WIDTH ** level);
      if (width === WIDTH || (index === Math.floor(count / WIDTH) && width >= count % WIDTH)) return tileOctets(tile);
      tools.fired();
      return undefined;
    };
  }),
};

export default fault;
