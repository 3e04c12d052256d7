/** The pages of an IdP that people see: no script, nothing from elsewhere, and usable without eyes or a mouse. */
import { createHash } from 'node:crypto';

const STYLE = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: Canvas; color: CanvasText; }
main { width: min(26rem, 100vw - 2rem); padding: 1.5rem 0; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: 0 0 .5rem; }
p, ul { margin: 0 0 1rem; }
label { display: block; font-weight: 600; margin-bottom: .25rem; }
input { box-sizing: border-box; width: 100%; font: inherit; padding: .6rem .7rem; margin-bottom: 1rem;
  border: 1px solid GrayText; border-radius: .4rem; background: Field; color: FieldText; }
button { font: inherit; font-weight: 600; padding: .6rem 1.1rem; border-radius: .4rem; border: 1px solid ButtonBorder; cursor: pointer; }
button.first { background: #1746a2; border-color: #1746a2; color: #fff; }
button:focus-visible, input:focus-visible, a:focus-visible { outline: 3px solid #e08600; outline-offset: 2px; }
[role=alert] { border-left: .3rem solid #c62828; padding: .4rem .8rem; margin-bottom: 1rem; }
.row { display: flex; gap: .75rem; flex-wrap: wrap; }
code { overflow-wrap: anywhere; }
.frames { display: none; }`;

const STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`;

/** A page with the headers that it is served with. */
export interface Page {
  readonly status: number;
  readonly html: string;
  readonly headers: Readonly<Record<string, string>>;
}

interface PageParts {
  readonly title: string;
  /** HTML, whose texts are escaped. */
  readonly main: string;
  readonly status?: number;
  /** Where its forms may lead, beside this origin: browsers hold redirects after a form to it. */
  readonly leadsTo?: string | undefined;
  /** Origins that it shows frames of. */
  readonly frames?: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  /** HTML of the head. */
  readonly head?: string;
}

export function page({ title, main, status = 200, leadsTo, frames = [], headers = {}, head = '' }: PageParts): Page {
  const formAction = ["'self'", ...(leadsTo ? [leadsTo] : [])].join(' ');
  const policy = [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    `form-action ${formAction}`,
    ...(frames.length > 0 ? [`frame-src ${frames.join(' ')}`] : []),
    "frame-ancestors 'none'",
    "base-uri 'none'",
  ].join('; ');
  return {
    status,
    html: `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(title)}</title>${head}
<style>${STYLE}</style>
</head>
<body>
<main>
${main}
</main>
</body>
</html>
`,
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': policy,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
      ...headers,
    },
  };
}

/** Text as it may stand in HTML, in an attribute too. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.codePointAt(0)};`);
}

interface Asking {
  /** Where the form goes to. */
  readonly action: string;
  readonly csrf: string;
  /** Of the client that asks. */
  readonly clientName: string;
  readonly issuerName: string;
  /** Where the client is sent back to. */
  readonly returnsTo: string;
  readonly leadsTo: string | undefined;
  /** What the client says of itself elsewhere, by what the link to it says; what is no address of the web is left out. */
  readonly links: Readonly<Record<string, string | undefined>>;
}

const PROBLEMS = {
  wrong: 'This login and password do not belong together.',
  'too-often': 'Too many attempts. Wait some minutes, then try again.',
  busy: 'Many people are signing in just now. Try again in a moment.',
} as const;

/** Asks for login and password. */
export function loginPage(asking: Asking, problem?: keyof typeof PROBLEMS, login = ''): Page {
  const { action, csrf, clientName, issuerName, leadsTo } = asking;
  const title = problem ? `Not signed in — ${issuerName}` : `Sign in — ${issuerName}`;
  const described = problem ? ' aria-describedby="problem" aria-invalid="true"' : '';
  return page({
    title,
    leadsTo,
    ...(problem && { status: problem === 'wrong' ? 401 : 429 }),
    ...(problem && problem !== 'wrong' && { headers: { 'retry-after': problem === 'busy' ? '2' : '300' } }),
    main: `<h1>Sign in</h1>
<p>${escape(issuerName)} will tell <strong>${escape(clientName)}</strong> who you are.</p>
${problem ? `<p role="alert" id="problem">${PROBLEMS[problem]}</p>` : ''}
<form method="post" action="${escape(action)}">
<input type="hidden" name="csrf" value="${escape(csrf)}">
<label for="login">Login</label>
<input id="login" name="login" autocomplete="username" autocapitalize="none" spellcheck="false" maxlength="256" required${described} value="${escape(login)}"${problem ? '' : ' autofocus'}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="1024" required${described}${problem ? ' autofocus' : ''}>
<div class="row"><button class="first" name="choice" value="continue">Sign in</button><button name="choice" value="abort" formnovalidate>Cancel</button></div>
</form>`,
  });
}

const SCOPES: Readonly<Record<string, string>> = {
  openid: 'know who you are, each time by the same identifier',
  profile: 'see your login',
  offline_access: 'keep access while you are away',
};

/** Asks whether a client may have what it asks for. Its name is what it calls itself, so where it leads is shown too. */
export function consentPage(asking: Asking, scopes: readonly string[]): Page {
  const { action, csrf, clientName, issuerName, returnsTo, leadsTo, links } = asking;
  const items = scopes.map((scope) => `<li>${escape(SCOPES[scope] ?? scope)}</li>`);
  return page({
    title: `Allow ${clientName}? — ${issuerName}`,
    leadsTo,
    main: `<h1>Allow ${escape(clientName)}?</h1>
<p>This is what it calls itself. It takes you back to <code>${escape(returnsTo)}</code>.</p>
<p>It would be able to:</p>
<ul>${items.join('')}</ul>
${linksTo(links)}<form method="post" action="${escape(action)}">
<input type="hidden" name="csrf" value="${escape(csrf)}">
<div class="row"><button class="first" name="choice" value="continue">Allow</button><button name="choice" value="abort">Do not allow</button></div>
</form>`,
  });
}

function linksTo(links: Asking['links']): string {
  const shown = Object.entries(links).filter(([, uri]) => /^https?:$/.test(URL.parse(uri ?? '')?.protocol ?? ''));
  if (shown.length === 0) return '';
  return `<p>Its ${shown.map(([name, uri = '']) => `<a href="${escape(uri)}" rel="noreferrer">${name}</a>`).join(' and ')}.</p>\n`;
}

/** Says what went wrong; a client may have to hear it from the person. */
export function errorPage(error: string, description: string | undefined, status: number): Page {
  return page({
    title: 'This did not work',
    status,
    main: `<h1>This did not work</h1>
<p role="alert">${escape(description ?? 'The request cannot be answered.')}</p>
<p>Error: <code>${escape(error)}</code>. Go back to where you came from and try again from there.</p>`,
  });
}
