/** Pages around forms that oidc-provider makes: signing out, and the device flow. */
import { escape, page, type Page } from './pages.ts';

/** Asks whether to sign out. `form` is oidc-provider's, with its token against forgery. */
export function logoutPage(form: string, issuerName: string, leadsTo: string | undefined): Page {
  return page({
    title: `Sign out — ${issuerName}`,
    leadsTo,
    main: `<h1>Sign out of ${escape(issuerName)}?</h1>
${form}
<div class="row"><button class="first" form="op.logoutForm" name="logout" value="yes" autofocus>Sign out</button><button form="op.logoutForm">Stay signed in</button></div>`,
  });
}

/** Says that it is done; frames tell the clients that are told by the browser (OpenID Connect Front-Channel Logout 1.0). */
export function signedOutPage(issuerName: string, frames: readonly string[] = [], next?: string): Page {
  const refresh = next === undefined ? '' : `\n<meta http-equiv="refresh" content="2; url=${escape(next)}">`;
  const shown = frames.map((uri) => `<iframe title="signing out" src="${escape(uri)}"></iframe>`).join('');
  return page({
    title: `Signed out — ${issuerName}`,
    frames: [...new Set(frames.map((uri) => new URL(uri).origin))],
    head: refresh,
    main: `<h1>You are signed out</h1>
${next === undefined ? '<p>You can close this page.</p>' : `<p><a href="${escape(next)}">Go on</a></p>`}
${shown === '' ? '' : `<div class="frames" aria-hidden="true">${shown}</div>`}`,
  });
}

/** Says it to who was asked to sign out and did not, or comes to the page of those who have. */
export function stillSignedInPage(issuerName: string): Page {
  return page({
    title: `Still signed in — ${issuerName}`,
    main: '<h1>You are still signed in</h1><p>You can close this page.</p>',
  });
}

/** Where the code that a device shows is entered. Of oidc-provider's `form` the address and the token against forgery are taken. */
export function deviceCodePage(form: string, issuerName: string, isWrong: boolean): Page {
  const [, action = ''] = /action="([^"]*)"/.exec(form) ?? [];
  const [, token = ''] = /name="xsrf" value="([^"]*)"/.exec(form) ?? [];
  return page({
    title: isWrong ? `Not that code — ${issuerName}` : `Connect a device — ${issuerName}`,
    main: `<h1>Connect a device</h1>
${isWrong ? '<p role="alert">There is no such code, or its time is over.</p>' : ''}
<p>Enter the code that your own device shows. If somebody sent you a code, do not enter it: they would be signed in as you.</p>
<form method="post" action="${action}">
<input type="hidden" name="xsrf" value="${token}">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus${isWrong ? ' aria-invalid="true"' : ''}>
<div class="row"><button class="first">Go on</button></div>
</form>`,
  });
}

/** What is confirmed, and for whom, before it is. */
export function deviceConfirmPage(
  form: string,
  issuerName: string,
  clientName: string,
  code: string,
  from: string,
): Page {
  return page({
    title: `Connect this device? — ${issuerName}`,
    main: `<h1>Connect this device?</h1>
<p><strong>${escape(clientName)}</strong> would be signed in as you. It was asked for from <code>${escape(from)}</code>.</p>
<p>Your device has to show this code, and you have to have begun this yourself: <code>${escape(code)}</code></p>
${form}
<div class="row"><button class="first" form="op.deviceConfirmForm">It is my device</button><button form="op.deviceConfirmForm" name="abort" value="yes">It is not</button></div>`,
  });
}

export function deviceDonePage(issuerName: string): Page {
  return page({
    title: `Connected — ${issuerName}`,
    main: '<h1>Your device is connected</h1><p>You can close this page.</p>',
  });
}
