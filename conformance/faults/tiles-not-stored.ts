import type { Fault } from './fault.ts';
import { cachedAs } from './ways/log-resources.ts';

const fault: Fault = {
  id: 'tiles-not-stored',
  requirement: 'MDT-LOG-011',
  breaks: 'tiles may be kept for ever and may not be stored, so no cache keeps them',
  replaces: cachedAs('log', '/tile/*', 'no-store, max-age=31536000, immutable'),
};

export default fault;
