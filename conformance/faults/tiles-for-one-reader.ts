import type { Fault } from './fault.ts';
import { cachedAs } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'tiles-for-one-reader',
  requirement: 'MDT-LOG-011',
  breaks: 'tiles are private, so no cache that readers share keeps them',
  replaces: cachedAs('log', '/tile/*', 'private, max-age=31536000, immutable'),
};

export default fault;
