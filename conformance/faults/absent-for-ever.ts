import type { Fault } from './fault.ts';
import { rewriteHeaders } from './ways/response.ts';

const fault: Fault = {
  id: 'absent-for-ever',
  requirement: 'MDT-LOG-012',
  breaks: 'caches may keep for a year that something is not there',
  replaces: rewriteHeaders((headers) => {
    if (headers.get('content-type') !== 'application/problem+json') return false;
    headers.set('cache-control', 'public, max-age=31536000, immutable');
    return true;
  }),
};

export default fault;
