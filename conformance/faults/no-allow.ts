import type { Fault } from './fault.ts';
import { rewriteHeaders } from './ways/response.ts';

const fault: Fault = {
  id: 'no-allow',
  requirement: 'MDT-HST-016',
  breaks: 'status 405 does not say which methods there are',
  replaces: rewriteHeaders((headers) => {
    const isRefusal = headers.get('content-type') === 'application/problem+json' && headers.has('allow');
    if (isRefusal) headers.delete('allow');
    return isRefusal;
  }),
};

export default fault;
