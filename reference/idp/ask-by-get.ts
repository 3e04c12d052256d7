/** Requests that a page of a client may post to the IdP as well as ask by GET: authorization (Core 1.0, 3.1.2.1) and logout. */
import { errors, type KoaContextWithOIDC } from 'oidc-provider';
import { readForm } from './form.ts';
import { errorPage } from './pages.ts';
import { ROUTES, show } from './provider-settings.ts';

/** So long may the address be that a form is asked again by: Node takes 16 KiB of headers, with the cookies. */
const MAX_ADDRESS_OCTETS = 8_000;

const ASKED_BY_GET: readonly string[] = [ROUTES.authorization, ROUTES.end_session];

/** Whether a post is one that is asked again. */
export function isAskedByGet({ method, path }: Pick<KoaContextWithOIDC, 'method' | 'path'>): boolean {
  return method === 'POST' && ASKED_BY_GET.includes(path);
}

/**
 * A request that a page of a client posts is asked again by GET (RFC 9110, 15.4.4): browsers send no cookie of the session
 * with the post itself, because that is what keeps other sites from posting in somebody's name.
 */
export async function askByGet(context: KoaContextWithOIDC): Promise<void> {
  try {
    const address = `${context.path}?${(await readForm(context.req)).toString()}`;
    if (address.length > MAX_ADDRESS_OCTETS) throw new errors.InvalidRequest('the form is too large');
    context.status = 303;
    context.set('cache-control', 'no-store');
    context.redirect(address);
  } catch (error) {
    if (!(error instanceof errors.OIDCProviderError)) throw error;
    show(context, errorPage(error.error, error.error_description, error.statusCode));
  }
}
