'use strict';
const at = id => document.getElementById(id);
const PATIENCE = 200; // milliseconds without a key before a search begins
const PAGE = 60;
const NO_CUT_OFF = {min_probability: 0};

let key = '';
let like = null; // {id, name} of the index, or {uri, name, url} of one that was dropped
let view = 'search'; // or 'duplicates'
let round = 0;
let shown = []; // pictures in the order of the page
let groups = 0; // of duplicates, shown
let more = false;
let loading = false;
let open = -1; // of those shown, the one in the viewer
let timer;
const thumbnails = new Map(); // id -> promise of a blob's address

// ---- the server

async function get(path, body) {
  const headers = body ? {'content-type': 'application/json'} : {};
  if (key) headers.authorization = 'Bearer ' + key;
  const answer = await fetch(path, {method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body)});
  if (answer.ok) return answer;
  at('key-line').hidden = answer.status !== 401;
  const json = await answer.json().catch(() => ({}));
  const error = new Error(json.error && json.error.message || 'status ' + answer.status);
  error.wait = answer.status === 429 || answer.status === 503 ? Number(answer.headers.get('retry-after')) || 1 : 0;
  throw error;
}

async function patiently(path, body, mine) {
  for (let tries = 0; ; tries++) {
    try {
      return await (await get(path, body)).json();
    } catch (error) {
      if (!error.wait || tries === 60 || mine !== round) throw error;
      say(error.message);
      await new Promise(done => setTimeout(done, 1000 * error.wait));
    }
  }
}

const address = async path => URL.createObjectURL(await (await get(path)).blob());

function thumbnail(id) {
  if (!thumbnails.has(id)) {
    const coming = address('/v1/pictures/' + id + '/thumbnail');
    thumbnails.set(id, coming);
    coming.catch(() => thumbnails.delete(id));
  }
  return thumbnails.get(id);
}

// ---- what is asked

const filters = () => [...document.querySelectorAll('[data-filter]')].filter(field => field.value.trim());

function query() {
  const value = name => document.querySelector('[data-filter=' + name + ']').value.trim();
  const quoted = text => '"' + text.replaceAll('"', '') + '"';
  const parts = [at('query').value.trim()];
  if (value('from') || value('to')) parts.push('date:' + value('from') + '..' + value('to'));
  for (const name of ['path', 'camera', 'tag', 'near']) if (value(name)) parts.push(name + ':' + quoted(value(name)));
  if (value('pixels')) parts.push('pixels:' + value('pixels') + 'mp..');
  return parts.filter(part => part).join(' ');
}

function request() {
  const body = {query: query(), limit: PAGE, offset: shown.length};
  if (like) body[like.uri ? 'image' : 'like'] = like.uri || like.id;
  return at('all').checked ? {...body, ...NO_CUT_OFF} : body;
}

// ---- the way from what is asked to what is shown

function changed() {
  clearTimeout(timer);
  timer = setTimeout(begin, PATIENCE);
}

async function begin() {
  clearTimeout(timer);
  round++;
  shown = [];
  groups = 0;
  more = true;
  loading = false;
  keep();
  at('same').setAttribute('aria-pressed', view === 'duplicates');
  at('scenes-line').hidden = view !== 'duplicates';
  at('all-line').hidden = view === 'duplicates';
  at('filter-count').textContent = filters().length ? '(' + filters().length + ')' : '';
  at('filters').hidden = view === 'duplicates';
  at('like').hidden = !like || view === 'duplicates';
  if (like) {
    at('like-text').textContent = 'Like ' + like.name;
    at('like-picture').src = like.url || '';
    if (like.id) thumbnail(like.id).then(url => at('like-picture').src = url, () => {});
  }
  await load();
}

/** Loads more when the end of what is shown is within reach. */
function loadWhatIsNear() {
  if (at('end').getBoundingClientRect().top < innerHeight + 600) load();
}

async function load() {
  if (loading || !more) return;
  loading = true;
  const mine = round;
  try {
    const first = shown.length === 0;
    const answer = view === 'search' ? await patiently('/v1/search', request(), mine)
        : await patiently('/v1/duplicates', {scenes: at('scenes').checked, limit: PAGE, offset: groups}, mine);
    if (mine !== round) return;
    if (first) at('results').replaceChildren();
    at('results').classList.toggle('groups', view === 'duplicates');
    more = answer.more;
    if (view === 'search') {
      answer.data.forEach(picture => at('results').append(card(picture)));
      say(summary(answer));
    } else {
      answer.data.forEach(group => at('results').append(groupOf(group)));
      say(answer.total === 0 ? 'No picture is there twice.'
          : answer.total + (answer.total === 1 ? ' group' : ' groups') + ', the best copy first. Nothing is deleted.');
    }
    loading = false;
    loadWhatIsNear();
  } catch (error) {
    if (mine === round) {
      loading = false;
      more = false;
      if (shown.length === 0) at('results').replaceChildren();
      say(error.message, true);
    }
  }
}

function summary(answer) {
  const count = shown.length + (more ? ' and more' : '');
  if (!shown.length) {
    return answer.cut_off ? 'Nothing seems to show that. Tick the box for what comes nearest.' : 'No picture is so.';
  }
  return count + (shown.length === 1 && !more ? ' picture' : ' pictures')
      + (answer.cut_off && !more ? '; the others are unlikely to show that' : '');
}

function say(text, bad) {
  at('status').textContent = text;
  at('status').classList.toggle('bad', !!bad);
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

const whenSeen = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(entry => {
  whenSeen.unobserve(entry.target);
  thumbnail(entry.target.dataset.id).then(url => entry.target.querySelector('img').src = url, () => {});
}), {rootMargin: '600px'});

function card(picture) {
  const made = element('button', 'picture');
  made.type = 'button';
  made.dataset.id = picture.id;
  const number = shown.push(picture) - 1;
  const image = element('img');
  image.alt = '';
  made.append(image, element('span', 'name', picture.name));
  if (picture.probability !== null && picture.probability !== undefined) {
    made.append(element('span', 'likely', Math.round(100 * picture.probability) + ' %'));
    made.classList.toggle('unlikely', picture.probability < .35);
  }
  made.title = picture.path;
  made.addEventListener('click', () => look(number));
  whenSeen.observe(made);
  return made;
}

function groupOf(group) {
  const made = element('section', 'group');
  const likeness = {same_file: 'The same file', same_picture: 'The same picture', same_scene: 'The same scene'}[group.likeness];
  made.append(element('h2', '', likeness + ', ' + group.pictures.length + ' times'));
  groups++;
  const grid = element('div');
  group.pictures.forEach((picture, i) => {
    const one = card(picture);
    if (i === 0) one.classList.add('best');
    grid.append(one);
  });
  made.append(grid);
  return made;
}

// ---- one picture

const size = bytes => bytes < 1e6 ? Math.ceil(bytes / 1e3) + ' kB' : (bytes / 1e6).toFixed(1) + ' MB';

async function look(number) {
  if (number < 0 || number >= shown.length) return;
  open = number;
  const picture = shown[number];
  at('viewer-name').textContent = picture.name;
  at('facts').replaceChildren();
  const facts = {
    Where: picture.path,
    Size: picture.width + ' × ' + picture.height + ', ' + size(picture.bytes),
    Taken: picture.taken && picture.taken.replace('T', ' '),
    Camera: picture.camera,
    Place: picture.place && picture.place.latitude.toFixed(5) + ', ' + picture.place.longitude.toFixed(5),
    Labels: picture.tags.join(', '),
    Likely: typeof picture.probability === 'number' && Math.round(100 * picture.probability) + ' %',
    Cosine: typeof picture.cosine === 'number' && picture.cosine.toFixed(3),
  };
  for (const [name, value] of Object.entries(facts)) {
    if (value) at('facts').append(element('dt', '', name), element('dd', '', value));
  }
  at('before').disabled = number === 0;
  at('after').disabled = number === shown.length - 1 && !more;
  const image = at('viewer-picture');
  image.alt = picture.name;
  if (!at('viewer').open) at('viewer').showModal();
  if (number > shown.length - 5) load();
  try {
    const small = await thumbnail(picture.id);
    if (open !== number) return;
    image.src = small;
    const url = await address('/v1/pictures/' + picture.id + '/original');
    const whole = new Image();
    whole.src = url;
    await whole.decode(); // a browser does not know every format; the thumbnail stays then
    if (open === number) image.src = url;
    setTimeout(() => URL.revokeObjectURL(url), 1000);
  } catch (error) {
    if (open === number && error.name !== 'EncodingError') {
      at('facts').append(element('dt', '', 'File'), element('dd', '', error.message));
    }
  }
}

function closed() {
  const card = document.querySelectorAll('.picture')[open];
  open = -1;
  if (card) card.focus();
}

async function save() {
  const picture = shown[open];
  const link = element('a');
  link.href = await address('/v1/pictures/' + picture.id + '/original');
  link.download = picture.name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

function moreLike(picture) {
  if (at('viewer').open) at('viewer').close();
  like = {id: picture.id, name: picture.name};
  view = 'search';
  at('query').value = '';
  scrollTo(0, 0);
  begin();
}

// ---- a picture of one's own: chosen, dropped, pasted

async function lookFor(file) {
  const uri = await new Promise((done, failed) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.replace(/^data:[^,]*,/, 'data:application/octet-stream;base64,'));
    reader.onerror = () => failed(reader.error);
    reader.readAsDataURL(file);
  });
  like = {uri, name: file.name || 'the pasted picture', url: URL.createObjectURL(file)};
  view = 'search';
  if (at('viewer').open) at('viewer').close();
  begin();
}

at('file').addEventListener('change', () => {
  if (at('file').files.length) lookFor(at('file').files[0]);
  at('file').value = '';
});
document.addEventListener('paste', event => {
  if (event.clipboardData.files.length) { event.preventDefault(); lookFor(event.clipboardData.files[0]); }
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, event => {
    event.preventDefault();
    document.body.classList.toggle('over', name === 'dragover');
    if (name === 'drop' && event.dataTransfer.files.length) lookFor(event.dataTransfer.files[0]);
  });
}

// ---- keys

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.tagName === 'INPUT' && event.target.type !== 'checkbox';
  if (at('viewer').open) {
    if (event.key === 'ArrowLeft') look(open - 1);
    if (event.key === 'ArrowRight') look(open + 1);
    if (event.key === 'm') moreLike(shown[open]);
    return;
  }
  if (event.key === '/' && !typing) { event.preventDefault(); at('query').select(); return; }
  if (event.key === 'Escape' && (at('query').value || like || view !== 'search') && !event.defaultPrevented) {
    if (like) like = null; else at('query').value = '';
    view = 'search';
    begin();
    return;
  }
  const cards = [...document.querySelectorAll('.picture')];
  const focused = cards.indexOf(document.activeElement);
  if (event.target === at('query') && event.key === 'ArrowDown' && cards.length) { event.preventDefault(); cards[0].focus(); }
  if (focused < 0) return;
  if (event.key === 'm') { moreLike(shown[focused]); return; }
  const top = element => element.getBoundingClientRect().top;
  const columns = Math.max(1, cards.filter(card => top(card) === top(cards[0])).length);
  const step = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: columns, ArrowUp: -columns}[event.key];
  if (!step) return;
  event.preventDefault();
  const next = cards[Math.min(cards.length - 1, focused + step)];
  (next || at('query')).focus();
});

// ---- the rest

// an observer alone says nothing where the end was in reach before and after a jump to it
addEventListener('scroll', loadWhatIsNear, {passive: true});
new IntersectionObserver(loadWhatIsNear, {rootMargin: '600px'}).observe(at('end'));

/** The address has what is asked, so that it can be kept and gone back to. */
function keep() {
  const state = new URLSearchParams();
  if (at('query').value) state.set('q', at('query').value);
  if (like && like.id) state.set('like', like.id + ' ' + like.name);
  if (at('all').checked) state.set('all', '1');
  if (view !== 'search') state.set('view', view);
  filters().forEach(field => state.set(field.dataset.filter, field.value));
  history.replaceState(null, '', String(state) ? '#' + state : location.pathname);
}

function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  at('query').value = state.get('q') || '';
  at('all').checked = state.has('all');
  view = state.get('view') === 'duplicates' ? 'duplicates' : 'search';
  const [, id, name] = /^([0-9a-f]{24}) (.*)$/.exec(state.get('like') || '') || [];
  like = id ? {id, name} : null;
  document.querySelectorAll('[data-filter]').forEach(field => field.value = state.get(field.dataset.filter) || '');
  at('filters').open = filters().length > 0;
}

at('query').addEventListener('input', () => { view = 'search'; changed(); });
document.querySelectorAll('[data-filter]').forEach(field => field.addEventListener('input', changed));
at('no-filters').addEventListener('click', () => { filters().forEach(field => field.value = ''); begin(); });
at('all').addEventListener('change', begin);
at('scenes').addEventListener('change', begin);
at('same').addEventListener('click', () => { view = view === 'search' ? 'duplicates' : 'search'; begin(); });
at('like-end').addEventListener('click', () => { like = null; begin(); at('query').focus(); });
at('more').addEventListener('click', () => moreLike(shown[open]));
at('save').addEventListener('click', save);
at('before').addEventListener('click', () => look(open - 1));
at('after').addEventListener('click', () => look(open + 1));
at('close').addEventListener('click', () => at('viewer').close());
at('viewer').addEventListener('close', closed);
at('use-key').addEventListener('click', () => {
  key = at('key').value.trim();
  at('key').value = '';
  at('key-line').hidden = true;
  start();
});
window.addEventListener('hashchange', () => { restore(); begin(); });

async function start() {
  begin();
  try {
    const index = await patiently('/v1/index', undefined, round);
    document.title = index.pictures + ' pictures';
    at('query').placeholder = 'Search ' + index.pictures + ' pictures: a dog on the beach';
  } catch (error) {
    say(error.message, true);
  }
}

restore();
start();
