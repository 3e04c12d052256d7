/** Faults in an IdP: in how its provider is set, in the provider itself, in what it keeps, and in what it enters into its log. */
import type { Fault, Override, Tools } from '../fault.ts';

export interface Context {
  readonly path: string;
  readonly method: string;
  status: number;
  body: Record<string, unknown>;
  /** Parameters of the address. */
  query: Record<string, string | undefined>;
  readonly response: { get(header: string): string | undefined };
  set(header: string, value: string): void;
  remove(header: string): void;
  readonly params: { readonly clientId?: string };
  readonly oidc: {
    readonly route: string;
    readonly params?: Record<string, unknown>;
    readonly client?: { readonly clientId: string };
  };
}

interface Found {
  find(value: string): Promise<Record<string, unknown> | undefined>;
}

/** oidc-provider, as far as faults meddle with it. */
export interface OpenidProvider {
  readonly issuer: string;
  readonly Client: { readonly prototype: Record<string, unknown> };
  readonly Session: { readonly prototype: { destroy(this: unknown): Promise<void> } };
  readonly IdToken: { readonly prototype: { set(name: string, value: unknown): void } };
  readonly Grant: Found;
  readonly RefreshToken: Found;
  readonly AuthorizationCode: Found;
  readonly RegistrationAccessToken: {
    new (members: object): object;
    find(value: string): Promise<object | undefined>;
  };
  readonly constructor: { readonly ctx: Context };
  use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): void;
}

export interface Settings {
  readonly clientDefaults?: object;
  readonly features: { readonly registration: { readonly initialAccessToken: string | false } };
  readonly claims: { readonly openid: readonly string[] };
  readonly pkce: { readonly required: () => boolean };
  findAccount(context: Context, subject: string): Account | undefined;
}

export interface Account {
  readonly accountId: string;
  claims(): Record<string, unknown>;
}

/** Of a role's parts. */
export interface Parts {
  readonly served: () => object;
  readonly enter: (entry: Entry) => Promise<unknown>;
}

export interface Entry {
  readonly event: string;
  readonly subject: string;
  readonly commitment?: string;
}

export function changedSettings(
  change: (settings: Settings, tools: Tools) => Partial<Settings> & Record<string, unknown>,
): Fault['replaces'] {
  return replacing('reference/idp/provider-settings.ts', 'providerSettings', (original, tools) => (...given) => {
    const settings = original(...given) as Settings;
    return { ...settings, ...change(settings, tools) };
  });
}

/** What is said of an account in tokens and UserInfo. */
export function changedClaims(
  change: (claims: Record<string, unknown>, context: Context, tools: Tools) => Record<string, unknown>,
): Fault['replaces'] {
  return changedSettings((settings, tools) => ({
    findAccount: (context, subject) => {
      const account = settings.findAccount(context, subject);
      return account && { ...account, claims: () => change(account.claims(), context, tools) };
    },
  }));
}

/** Before anything has come to it. */
export function changedProvider(change: (provider: OpenidProvider, tools: Tools) => void): Fault['replaces'] {
  return replacing('reference/idp/token-exchange.ts', 'tokenExchange', (original, tools) => (...given) => {
    change(given[0] as OpenidProvider, tools);
    return original(...given);
  });
}

/**
 * What is kept for one client is found for every other that asks by a grant type, and its agreement with it.
 * @param more what else of it is made fit the request
 */
export function foundForAnybody(
  model: 'AuthorizationCode' | 'RefreshToken',
  grantType: string,
  more: (asked: Readonly<Record<string, unknown>>) => object = () => ({}),
): Fault['replaces'] {
  return changedProvider((provider, tools) => {
    for (const kept of [provider[model], provider.Grant]) {
      const find = kept.find.bind(kept);
      kept.find = async (value) => {
        const found = await find(value);
        const { ctx } = provider.constructor as { readonly ctx?: Partial<Context> }; // none at a page of consent
        const { client, params = {} } = ctx?.oidc ?? {};
        if (!found || params['grant_type'] !== grantType || found['clientId'] === client?.clientId) return found;
        tools.fired();
        return Object.assign(found, { clientId: client?.clientId }, kept === provider.Grant ? {} : more(params));
      };
    }
  });
}

/** Each request, before oidc-provider has it; what gives `false` is answered by nobody else. */
export function changedRequests(change: (context: Context, tools: Tools) => boolean | void): Fault['replaces'] {
  return changedProvider((provider, tools) =>
    provider.use(async (context, next) => {
      if (change(context, tools) !== false) await next();
    }),
  );
}

/** Each answer of oidc-provider. */
export function changedAnswers(change: (context: Context, tools: Tools) => void): Fault['replaces'] {
  return changedProvider((provider, tools) =>
    provider.use(async (context, next) => {
      await next();
      change(context, tools);
    }),
  );
}

/** An authorization request without one of its parameters, where that has this value. */
export function withoutParameter(name: string, value?: string): Fault['replaces'] {
  return changedRequests((context, tools) => {
    const { [name]: given, ...rest } = context.query;
    if (!context.path.endsWith('/authorize') || given === undefined || (value !== undefined && given !== value)) return;
    tools.fired();
    context.query = rest;
  });
}

/** Refuses a request as OAuth does. */
export function refuse(context: Context, error: string): false {
  context.status = 400;
  context.body = { error };
  return false;
}

export function changedParts(change: (parts: Parts, tools: Tools) => Partial<Parts>): Fault['replaces'] {
  return {
    'reference/idp/idp.ts': {
      Idp: (original: { open(parts: Parts): unknown }, tools: Tools) => ({
        open: async (parts: Parts) => original.open({ ...parts, ...change(parts, tools) }),
      }),
    },
  };
}

/** @param change gives the entry that is made in the place of one, or none */
export function changedEntries(change: (entry: Entry, tools: Tools) => Entry | undefined): Fault['replaces'] {
  return changedParts(({ enter }, tools) => ({
    enter: async (entry) => {
      const changed = change(entry, tools);
      return changed && enter(changed);
    },
  }));
}

type Function = (...given: unknown[]) => unknown;

/** One exported function. */
export function replacing(
  module: string,
  name: string,
  change: (original: Function, tools: Tools) => Function,
): Fault['replaces'] {
  const override = change as unknown as Override;
  return { [module]: { [name]: override } };
}

export interface Adapter {
  upsert(id: string, payload: unknown, expiresIn?: number): Promise<void>;
  find(id: string): Promise<unknown>;
  destroy(id: string): Promise<void>;
  consume(id: string): Promise<void>;
}

/** How rows of one model are kept. */
export function changedAdapter(
  model: string,
  change: (adapter: Adapter, tools: Tools) => Partial<Adapter>,
): Fault['replaces'] {
  return replacing('reference/idp/grant-adapter.ts', 'grantAdapter', (original, tools) => (...given) => {
    const adapter = original(...given) as Adapter;
    return given[0] === model ? { ...adapter, ...change(adapter, tools) } : adapter;
  });
}

/** Rows of one model are kept in memory, which a kill takes. */
export function forgetting(model: string): Fault['replaces'] {
  const kept = new Map<string, unknown>();
  return changedAdapter(model, (_adapter, tools) => ({
    upsert: async (id, payload) => {
      tools.fired();
      kept.set(id, payload);
    },
    find: async (id) => kept.get(id),
    destroy: async (id) => void kept.delete(id),
  }));
}
