import type { Fault } from './fault.ts';
import { rewriteHeaders } from './ways/response.ts';

const fault: Fault = {
  id: 'same-origin-only',
  requirement: 'MDT-HST-004',
  breaks: 'no other origin may read the record',
  replaces: rewriteHeaders((headers) => {
    headers.delete('access-control-allow-origin');
    return true;
  }),
};

export default fault;
