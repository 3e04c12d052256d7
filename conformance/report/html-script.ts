/** The page's only script: filter, search, deep links, keys; the view stands in the query of the address. Plain DOM; its hash stands in the page's policy. */
export const SCRIPT = `(() => {
  'use strict';
  const byId = (id) => document.getElementById(id);
  const all = [...document.querySelectorAll('.requirement')];
  const sections = [...document.querySelectorAll('.chapter')];
  const chips = [...document.querySelectorAll('.chip')];
  const roles = [...document.querySelectorAll('.role')];
  const cells = new Map([...document.querySelectorAll('.cell')].map((cell) => [cell.hash.slice(1), cell]));
  const search = byId('search');
  const covering = [...document.querySelectorAll('[data-covers]')];
  const texts = new Map(all.map((one) => [one, one.textContent.toLowerCase()]));
  const isPressed = (chip) => chip.getAttribute('aria-pressed') === 'true';
  const shown = () => all.filter((one) => !one.hidden);

  const apply = () => {
    const outcomes = new Set(chips.filter(isPressed).map((chip) => chip.dataset.outcome));
    const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
    const bound = roles.filter(isPressed).map((role) => role.dataset.role);
    for (const one of all) {
      const binds = one.dataset.roles.split(' ');
      const fits = outcomes.size === 0 || outcomes.has(one.dataset.outcome);
      one.hidden = !fits || !bound.every((role) => binds.includes(role)) || !words.every((word) => texts.get(one).includes(word));
      cells.get(one.id)?.classList.toggle('faded', one.hidden);
    }
    for (const row of covering) row.hidden = byId(row.dataset.covers).hidden;
    for (const section of sections) section.hidden = !section.querySelector('.requirement:not([hidden])');
    for (const group of document.querySelectorAll('.coverage tbody')) group.hidden = !group.querySelector('[data-covers]:not([hidden])');
    const count = shown().length;
    byId('shown').textContent = count === all.length ? count + ' requirements' : count + ' of ' + all.length + ' requirements';
    byId('nothing').hidden = count > 0;
    label();
  };

  let isKept = true;
  // The view as a query, so that it can be sent to somebody and outlives a reload. The fragment stays the place.
  const remember = () => {
    const query = new URLSearchParams(location.search);
    for (const name of ['search', 'outcome', 'role']) query.delete(name);
    if (search.value) query.set('search', search.value);
    for (const chip of chips.filter(isPressed)) query.append('outcome', chip.dataset.outcome);
    for (const role of roles.filter(isPressed)) query.append('role', role.dataset.role);
    const address = new URL(location.href);
    address.search = query.toString();
    // Where an address may not be changed (a sandboxed frame, say) the view is as good without.
    if (address.href !== location.href) try { history.replaceState(null, '', address); } catch { isKept = false; }
  };

  // What stands there comes from anybody: it becomes the value of the field, or presses a button that is there, or nothing.
  const recall = () => {
    const query = new URLSearchParams(location.search);
    search.value = (query.get('search') ?? '').slice(0, search.maxLength);
    for (const [name, buttons] of [['outcome', chips], ['role', roles]]) {
      const wanted = query.getAll(name);
      for (const one of buttons) one.setAttribute('aria-pressed', String(wanted.includes(one.dataset[name])));
    }
  };

  const change = () => { apply(); remember(); };

  const label = () => {
    const open = shown().length > 0 && shown().every((one) => one.open);
    byId('expand').textContent = open ? 'Close all shown' : 'Open all shown';
  };

  const reset = () => {
    search.value = '';
    for (const one of [...chips, ...roles]) one.setAttribute('aria-pressed', 'false');
    change();
  };

  const follow = () => {
    let id;
    try { id = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const place = id && byId(id);
    if (!place) return;
    if (place.closest('.requirement')?.hidden) reset();
    for (let part = place; part; part = part.parentElement) if (part.tagName === 'DETAILS') part.open = true;
    place.scrollIntoView({ block: 'start' });
    (place.querySelector('summary') ?? place).focus({ preventScroll: true });
  };

  const move = (step) => {
    const list = shown().map((one) => one.querySelector('summary'));
    const here = list.findIndex((one) => one.parentElement.contains(document.activeElement));
    const next = list[here === -1 ? (step > 0 ? 0 : list.length - 1) : here + step];
    next?.focus();
    next?.scrollIntoView({ block: 'nearest' });
  };

  search.addEventListener('input', change);
  search.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') { search.value = ''; change(); search.blur(); }
  });
  for (const one of [...chips, ...roles]) one.addEventListener('click', () => {
    one.setAttribute('aria-pressed', String(!isPressed(one)));
    change();
  });
  byId('clear').addEventListener('click', () => { reset(); search.focus(); });
  byId('expand').addEventListener('click', () => {
    const open = !shown().every((one) => one.open);
    for (const one of shown()) one.open = open;
    label();
  });
  for (const one of all) one.addEventListener('toggle', label);
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input')) return;
    if (event.key === '/') { event.preventDefault(); search.focus(); }
    if (event.key === 'j') move(1);
    if (event.key === 'k') move(-1);
  });
  // A link to the place that is shown already changes no hash, and has to lead there all the same.
  document.addEventListener('click', (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) follow();
  });
  addEventListener('hashchange', follow);
  addEventListener('beforeprint', () => {
    for (const one of all) if (!['pass', 'not claimed', 'not observable'].includes(one.dataset.outcome)) one.open = true;
  });
  addEventListener('popstate', () => { if (isKept) { recall(); apply(); } });
  byId('tools').hidden = false;
  recall();
  apply();
  follow();
  // When all is loaded the browser goes to the fragment by itself and takes the focus away again.
  addEventListener('load', follow);
})();
`;
