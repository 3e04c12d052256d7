/** OpenID Connect Front-Channel Logout 1.0, which oidc-provider leaves out: clients are told by frames in the browser. */
import type { KoaContextWithOIDC, Provider } from 'oidc-provider';
import { show } from './provider-settings.ts';
import { signedOutPage } from './provider-pages.ts';

/** Addresses to show in frames for a session that is about to end; in the order of its clients. */
export async function logoutFrames(provider: Provider, context: KoaContextWithOIDC): Promise<string[]> {
  const session = await provider.Session.get(context);
  const frames = Object.keys(session.authorizations ?? {}).map(async (clientId) => {
    const client = await provider.Client.find(clientId);
    const metadata: Readonly<Record<string, unknown>> = client?.metadata() ?? {};
    const { frontchannel_logout_uri: uri, frontchannel_logout_session_required: withSession } = metadata;
    if (typeof uri !== 'string') return undefined;
    const url = new URL(uri);
    if (withSession === true) {
      url.searchParams.set('iss', provider.issuer);
      url.searchParams.set('sid', session.sidFor(clientId) ?? '');
    }
    return url.href;
  });
  return (await Promise.all(frames)).filter((frame) => frame !== undefined);
}

/** Puts a page with the frames in the place of a redirect, and goes on from there. */
export function tellByFrames(context: KoaContextWithOIDC, issuerName: string, frames: readonly string[]): void {
  const next = context.response.get('location');
  context.remove('location');
  show(context, signedOutPage(issuerName, frames, next === '' ? undefined : next));
}
