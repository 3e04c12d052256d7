import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Subject } from '../subject.ts';
import type { World } from '../world.ts';
import { RunBrowser } from './browser.ts';
import type { LoginStep } from './page-asking.ts';
import { Person, type Manner, type Went } from './person.ts';

const ACCOUNT = { login: 'alice', password: 'correct horse' };
const RIGHT = 'login=alice&password=correct+horse';
const FORM = '<form method="post" action';

/** Pages of an IdP that are not what one expects, by path. Where a right login leads is `/cb`. */
const PAGES: Readonly<Record<string, string>> = {
  '/name-first': `${FORM}="/then-password"><input id="who" name="login"><button>Next</button></form>`,
  '/then-password': `${FORM}="/check"><input type="hidden" name="login" value="alice">
    <input id="word" type="password" name="password"></form><p><a role="button" id="go" href="#"
    onclick="document.forms[0].submit(); return false">Sign in</a></p>`,
  '/button-outside': `<form id="f" method="post" action="/check"><input name="login"><input type="password" name="password">
    </form><button>Help</button><button id="enter" form="f">Enter</button>`,
  '/no-password-field': `${FORM}="/check"><input name="login" id="a"><input name="password" id="b"
    style="-webkit-text-security: disc"><button>OK</button></form>`,
  '/one-page': `<div id="first"><input id="who"><button id="next" onclick="second.hidden = !(first.hidden = true)">Next</button>
    </div>${FORM}="/check" id="second" hidden><input type="hidden" name="login" value="alice">
    <input id="word" type="password" name="password"><button>Sign in</button></form>`,
  '/drawn-late': `<div id="app"></div><script>setTimeout(() => app.innerHTML = '<form method="post" action="/check">' +
    '<input name="login"><input type="password" name="password"><button>Sign in</button></form>', 300)</script>`,
  '/by-itself': `${FORM}="/cb" id="f"></form><script>setTimeout(() => f.submit(), 200)</script>`,
  '/signed-out': `${FORM}="/login"><button>Sign in again</button></form>`,
  '/login': `${FORM}="/check"><input name="login"><input type="password" name="password"><button>Sign in</button></form>`,
  '/frames-first': `<meta http-equiv="refresh" content="1; url=/cb"><iframe src="/nothing"></iframe>
    ${FORM}="/nothing"><button>Do not wait</button></form>`,
  '/leads-on-and-asks': `<meta http-equiv="refresh" content="1; url=/cb">
    ${FORM}="/check"><input name="login"><input type="password" name="password"><button>Sign in</button></form>`,
  '/expires': `<meta http-equiv="refresh" content="20; url=/nothing">
    ${FORM}="/check"><input name="login"><input type="password" name="password"><button>Sign in</button></form>`,
  '/shows-itself-again': `<meta http-equiv="refresh" content="5">${FORM}="/cb"><button>Go on</button></form>`,
  '/nothing': '<p>There is no such client.</p>',
};

describe('a person at pages of an IdP, in a real browser', function () {
  this.timeout(60_000); // Chromium
  const browser = new RunBrowser();
  let server: Server;
  let origin: string;

  before(async () => {
    server = createServer((request, response) => {
      let body = '';
      request.on('data', (part: Buffer) => (body += part.toString()));
      request.on('end', () => {
        const { url = '' } = request;
        const isRight = url === '/check' && body === RIGHT;
        const page = PAGES[url] ?? (url === '/cb' ? 'arrived' : `wrong: ${body}`);
        response.writeHead(isRight ? 303 : 200, { 'content-type': 'text/html', ...(isRight && { location: '/cb' }) });
        response.end(`<!doctype html><title>IdP</title>${page}`);
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  });

  after(async () => {
    await browser.close();
    server.closeAllConnections();
    server.close();
  });

  const go = async (path: string, login: readonly LoginStep[] = [], how: Manner = {}): Promise<Went> => {
    const world = { browser, target: { manifest: { login } } } as unknown as World;
    const subject = {
      configuration: { accounts: [ACCOUNT], public: { issuer: origin } },
      secrets: { look: () => undefined },
      wire: { http: () => undefined },
    } as unknown as Subject;
    const person = await Person.arrive(world, subject);
    assert.ok(person, 'there is no browser');
    const went = await person.goTo(`${origin}${path}`, `${origin}/cb`, how);
    await person.leave();
    return went;
  };
  const arrives = async (path: string, login?: readonly LoginStep[]): Promise<void> => {
    const { url, asked, stopped, text } = await go(path, login);
    assert.deepEqual(
      { url, asked, stopped, text },
      { url: `${origin}/cb`, asked: true, stopped: undefined, text: 'arrived' },
    );
  };

  const NAME_FIRST: LoginStep[] = [
    { match: '#who', fill: { '#who': '$LOGIN' }, submit: 'button' },
    { match: '#word', fill: { '#word': '$PASSWORD' }, submit: '#go' },
  ];
  const NO_FIELD: LoginStep[] = [{ match: '#a', fill: { '#a': '$LOGIN', '#b': '$PASSWORD' }, submit: 'button' }];

  it('gives the name on one page and the password on the next', () => arrives('/name-first', NAME_FIRST));

  it('clicks a button that stands outside the form', async () => {
    const fill = { '[name=login]': '$LOGIN', '[name=password]': '$PASSWORD' };
    await arrives('/button-outside', [{ match: '#f', fill, submit: '#enter' }]);
  });

  it('is asked for a password where no field says that it is one', () => arrives('/no-password-field', NO_FIELD));

  it('does not give it where it is not to log in', async () => {
    for (const [path, steps] of [
      ['/no-password-field', NO_FIELD],
      ['/name-first', NAME_FIRST],
    ] as const) {
      const { url, asked } = await go(path, steps, { logsIn: false });
      assert.equal(asked, true);
      assert.notEqual(url, `${origin}/cb`);
    }
  });

  it('goes on where the same page shows the next step', () =>
    arrives('/one-page', [
      { match: '#who:visible', fill: { '#who': '$LOGIN' }, submit: '#next' },
      { match: '#word:visible', fill: { '#word': '$PASSWORD' }, submit: '#second button' },
    ]));

  it('waits for what a script draws, and for where it leads', async () => {
    await arrives('/drawn-late');
    assert.equal((await go('/by-itself')).url, `${origin}/cb`);
  });

  it('does not log in again where somebody leaves', async () => {
    const { url, stopped } = await go('/signed-out', [], { leaves: true });
    assert.deepEqual({ url, stopped }, { url: `${origin}/login`, stopped: undefined });
  });

  it('waits for where a page leads by itself before it presses a button', async () => {
    assert.equal((await go('/frames-first')).url, `${origin}/cb`);
    const { url, frames } = await go('/frames-first', [], { leaves: true });
    assert.deepEqual({ url, frames }, { url: `${origin}/cb`, frames: [`${origin}/nothing`] });
    assert.equal((await go('/leads-on-and-asks', [], { leaves: true })).url, `${origin}/cb`);
  });

  it('does not wait for a form to expire, nor for a page that shows itself again', async () => {
    await arrives('/expires');
    assert.equal((await go('/shows-itself-again')).url, `${origin}/cb`);
  });

  it('stays where a page asks for nothing', async () => {
    const { url, asked, stopped } = await go('/nothing');
    assert.deepEqual({ url, asked, stopped }, { url: `${origin}/nothing`, asked: false, stopped: undefined });
  });

  it('says which selector of a step is not there', async () => {
    const { stopped } = await go('/nothing', [{ match: 'p', fill: { '#name': '$LOGIN' }, submit: 'button' }]);
    assert.match(stopped ?? '', /step of the login that matches p names #name/);
  });
});
