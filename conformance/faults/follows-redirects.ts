import type { Fault, Tools } from './fault.ts';

type Bounds = Readonly<Record<string, unknown>>;
type Get = (url: string, bounds: Bounds) => Promise<Uint8Array>;

const HALF_A_SECOND = 500;

const fault: Fault = {
  id: 'follows-redirects',
  requirement: 'MDT-VER-108',
  role: 'pat',
  breaks: 'a record is taken from wherever the host sends the reader',
  replaces: {
    'reference/chain/bounded-get.ts': {
      boundedGet: (original: Get, tools: Tools) => async (url: string, bounds: Bounds) => {
        const signal = AbortSignal.timeout(HALF_A_SECOND);
        const answer = await fetch(url, { redirect: 'manual', signal }).catch(() => undefined);
        await answer?.body?.cancel();
        const to = answer?.headers.get('location');
        if (to === null || to === undefined) return original(url, bounds);
        tools.fired();
        return original(new URL(to, url).href, bounds);
      },
    },
  },
};

export default fault;
