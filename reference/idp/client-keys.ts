/** Keys that a client has at its `jwks_uri`: where it shows one that is not known, they are looked for again (MDT-IDP-042). */
import type { Provider } from 'oidc-provider';

/** How soon after a look there may be another, in seconds: nobody makes this IdP ask without end. */
const BETWEEN_LOOKS_SECONDS = 2;

/** oidc-provider's store of a client's keys, which it asks only when a signature does not verify. */
interface KeyStore {
  fresh(): boolean;
  refresh(): Promise<void>;
}

interface ClientWithKeys {
  readonly jwksUri?: string;
  readonly asymmetricKeyStore: KeyStore;
}

/** oidc-provider keeps what it has read for a minute at least, and refuses a new key for so long. */
export function lookAgainForKeys({ Client }: Provider, now: () => number): void {
  const known = new WeakSet<KeyStore>();
  const find = Client.find.bind(Client);
  Client.find = async (...given) => {
    const client = await find(...given);
    const { jwksUri, asymmetricKeyStore: store } = (client ?? {}) as Partial<ClientWithKeys>;
    if (jwksUri !== undefined && store && !known.has(store)) {
      known.add(store);
      staleSoon(store, now);
    }
    return client;
  };
}

function staleSoon(store: KeyStore, now: () => number): void {
  const refresh = store.refresh.bind(store);
  let lookedAt = 0;
  store.fresh = () => now() < lookedAt + BETWEEN_LOOKS_SECONDS;
  store.refresh = async () => {
    try {
      await refresh();
    } finally {
      lookedAt = now();
    }
  };
}
