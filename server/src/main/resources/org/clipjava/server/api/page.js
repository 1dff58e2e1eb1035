'use strict';
const at = id => document.getElementById(id);
const PICTURES_AT_ONCE = 4;
const PROMPTS_AT_ONCE = 256;
const PATIENCE = 200; // milliseconds without a key before labels are encoded

let models = [];
let pictures = []; // {name, uri, url, error, vectors: Map(model id -> vector), places: what question() was answered}
const prompts = new Map(); // model id and prompt -> vector
let key = '';
let round = 0;
let timer;

// ---- the server

async function ask(path, body) {
  const headers = body ? {'content-type': 'application/json'} : {};
  if (key) headers.authorization = 'Bearer ' + key;
  const answer = await fetch(path, {method: body ? 'POST' : 'GET', headers, body: body && JSON.stringify(body)});
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  at('key-line').hidden = answer.status !== 401;
  const wait = Number(answer.headers.get('retry-after'));
  const error = new Error(json.error && json.error.message || 'status ' + answer.status);
  error.wait = answer.status === 429 || answer.status === 503 ? wait || 1 : 0;
  throw error;
}

async function patiently(path, body) {
  for (let tries = 0; ; tries++) {
    try {
      return await ask(path, body);
    } catch (error) {
      if (!error.wait || tries === 9) throw error;
      say('The server is busy; trying again in ' + error.wait + ' s.');
      await new Promise(done => setTimeout(done, 1000 * error.wait));
    }
  }
}

function vector(base64) {
  const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from({length: bytes.length / 4}, (_, i) => view.getFloat32(4 * i, true));
}

async function embed(model, input) {
  const answer = await patiently('/v1/embeddings', {model: model.id, input, encoding_format: 'base64'});
  return answer.data.map(one => vector(one.embedding));
}

// ---- scores: the mean of the templates' directions, cosine, logit, softmax

const dot = (a, b) => a.reduce((sum, value, i) => sum + value * b[i], 0);

function unit(values) {
  const length = Math.sqrt(dot(values, values));
  return values.map(value => value / length);
}

function direction(model, label, templates) {
  const vectors = templates.map(template => prompts.get(model.id + '\n' + fill(template, label)));
  return unit(Array.from(vectors[0], (_, i) => vectors.reduce((sum, one) => sum + one[i], 0) / vectors.length));
}

function scores(model, picture, labels, directions) {
  const cosines = directions.map(one => dot(one, picture));
  const logits = cosines.map(cosine => cosine * model.logit_scale);
  const largest = Math.max(...logits);
  const powers = logits.map(logit => Math.exp(logit - largest));
  const sum = powers.reduce((a, b) => a + b, 0);
  return labels.map((label, i) => ({label, score: powers[i] / sum, cosine: cosines[i], logit: logits[i]}))
      .sort((a, b) => b.logit - a.logit);
}

// ---- where labels are: rows of cosines, shown as a veil that is clear where a label is

const question = (chosen, wanted, used) => JSON.stringify([chosen.id, wanted, used]);

async function locate(picture, chosen, wanted, used, button) {
  button.disabled = true;
  button.textContent = 'Looking…';
  try {
    const answer = await patiently('/v1/locate',
        {model: chosen.id, image: picture.uri, labels: wanted, templates: used, maps: true});
    picture.places = {question: question(chosen, wanted, used), answer};
    picture.noPlaces = '';
    say('');
  } catch (error) {
    picture.noPlaces = error.message;
  }
  if (question(model(), labels(), templates()) === question(chosen, wanted, used)) show(chosen, wanted, used);
}

function place(picture, label) {
  return picture.places.answer.data.find(one => one.label === label);
}

function placeText(found) {
  return found.there ? found.label + (found.boxes.length > 1 ? ' is in ' + found.boxes.length + ' places' : ' is here')
      : found.label + ' is not there';
}

/** What a map says at a share of width and height, between the centres of its cells. */
function valueAt(map, x, y) {
  const column = Math.min(Math.max(x * map[0].length - .5, 0), map[0].length - 1);
  const row = Math.min(Math.max(y * map.length - .5, 0), map.length - 1);
  const [left, top] = [Math.floor(column), Math.floor(row)];
  const [right, bottom] = [Math.min(left + 1, map[0].length - 1), Math.min(top + 1, map.length - 1)];
  const across = values => values[left] * (1 - column + left) + values[right] * (column - left);
  return across(map[top]) * (1 - row + top) + across(map[bottom]) * (row - top);
}

function showPlace(picture, label) {
  const found = place(picture, label);
  const {width, height} = picture.places.answer;
  const canvas = picture.card.querySelector('canvas');
  const scale = 480 / Math.max(width, height);
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const paper = canvas.getContext('2d');
  const veil = paper.createImageData(canvas.width, canvas.height);
  const values = found.map.flat();
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const peak = Math.max(...values);
  for (let y = 0, i = 3; y < canvas.height; y++) {
    for (let x = 0; x < canvas.width; x++, i += 4) {
      const value = valueAt(found.map, (x + .5) / canvas.width, (y + .5) / canvas.height);
      const share = found.there && peak > mean ? (value - mean) / (peak - mean) : 0;
      veil.data[i] = 185 * (1 - Math.min(Math.max(1.4 * share, 0), 1));
    }
  }
  paper.putImageData(veil, 0, 0);
  for (const [colour, line] of [['#000', 6], ['#f0e442', 3]]) {
    paper.strokeStyle = colour;
    paper.lineWidth = line;
    for (const {box} of found.boxes) {
      paper.strokeRect(box.xmin * scale, box.ymin * scale, (box.xmax - box.xmin) * scale, (box.ymax - box.ymin) * scale);
    }
  }
  picture.card.querySelector('.place').textContent = placeText(found);
}

function hidePlace(picture) {
  const canvas = picture.card.querySelector('canvas');
  canvas.width = canvas.height = 1;
  picture.card.querySelector('.place').textContent = '';
}

/** Rows of a table that show where their labels are, or the button that asks it. */
function withPlaces(picture, made, chosen, wanted, used) {
  if (!picture.places || picture.places.question !== question(chosen, wanted, used)) {
    const button = element('button', 'where', 'Where is it?');
    button.type = 'button';
    button.setAttribute('aria-label', 'Where is it in ' + picture.name + '?');
    button.addEventListener('click', () => locate(picture, chosen, wanted, used, button));
    const parts = [made, button];
    if (picture.noPlaces) parts.push(element('p', 'bad', picture.noPlaces));
    return parts;
  }
  for (const line of made.tBodies[0].rows) {
    const label = line.querySelector('.word').textContent;
    line.tabIndex = 0;
    if (!place(picture, label).there) line.querySelector('.track').append(element('span', 'absent', 'not there'));
    for (const name of ['pointerenter', 'focus']) line.addEventListener(name, () => showPlace(picture, label));
    line.addEventListener('pointerleave', () => line === document.activeElement || hidePlace(picture));
    line.addEventListener('blur', () => hidePlace(picture));
  }
  return [made, element('p', 'hint', 'Point at a label, or go to it with Tab, to see where it is.')];
}

// ---- what is asked

const fill = (template, label) => template.replace(/\{\}|\{label\}/, () => label);
const lines = (text, sign) => [...new Set(text.split(sign).map(part => part.trim()).filter(part => part))];
const labels = () => lines(at('labels').value, /[\n,]/);
const model = () => models.find(one => one.id === at('model').value) || models[0];

function templates() {
  const given = lines(at('templates').value, /\n/);
  const wrong = given.find(template => (template.match(/\{\}|\{label\}/g) || []).length !== 1);
  if (wrong !== undefined) throw new Error('Template "' + wrong + '": expected one {} for the label.');
  return given.length ? given : [model().template];
}

function say(text, bad) {
  at('status').textContent = text;
  at('status').classList.toggle('bad', !!bad);
}

// ---- the way from what is typed to what is shown

function changed() {
  clearTimeout(timer);
  timer = setTimeout(update, PATIENCE);
  save();
}

async function update() {
  const mine = ++round;
  showCode();
  if (!models.length) return;
  try {
    const chosen = model();
    const wanted = labels();
    const used = templates();
    const missing = wanted.flatMap(label => used.map(template => fill(template, label)))
        .filter(prompt => !prompts.has(chosen.id + '\n' + prompt));
    if (missing.length && pictures.length) say('Encoding labels…');
    for (let i = 0; pictures.length && i < missing.length; i += PROMPTS_AT_ONCE) {
      const some = missing.slice(i, i + PROMPTS_AT_ONCE);
      (await embed(chosen, some)).forEach((one, j) => prompts.set(chosen.id + '\n' + some[j], one));
      if (mine !== round) return;
    }
    const waiting = pictures.filter(picture => !picture.error && !picture.vectors.has(chosen.id));
    for (let i = 0; i < waiting.length; i += PICTURES_AT_ONCE) {
      say('Looking at picture ' + (i + 1) + ' of ' + waiting.length + '…');
      await Promise.all(waiting.slice(i, i + PICTURES_AT_ONCE).map(async picture => {
        try {
          picture.vectors.set(chosen.id, (await embed(chosen, [{image: picture.uri}]))[0]);
        } catch (error) {
          picture.error = error.message.replace(/^input\[0\]\.image: /, '');
        }
      }));
      if (mine !== round) return;
      show(chosen, wanted, used);
    }
    show(chosen, wanted, used);
    say(summary(wanted));
  } catch (error) {
    if (mine === round) say(error.message, true);
  }
}

function summary(wanted) {
  if (!pictures.length) return '';
  return wanted.length ? pictures.length + (pictures.length === 1 ? ' picture, ' : ' pictures, ')
      + wanted.length + (wanted.length === 1 ? ' label.' : ' labels.') : 'Write a label.';
}

function element(name, className, text) {
  const made = document.createElement(name);
  if (className) made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

function show(chosen, wanted, used) {
  at('empty').hidden = pictures.length > 0;
  const directions = wanted.every(label => used.every(one => prompts.has(chosen.id + '\n' + fill(one, label))))
      ? wanted.map(label => direction(chosen, label, used)) : [];
  for (const picture of pictures) {
    if (!picture.card) picture.card = card(picture);
    const caption = picture.card.querySelector('figcaption');
    caption.replaceChildren(element('span', 'name', picture.name));
    hidePlace(picture);
    const vector = picture.vectors.get(chosen.id);
    if (picture.error) {
      caption.append(element('p', 'bad', picture.error));
    } else if (vector && directions.length) {
      caption.append(...withPlaces(picture, table(picture, scores(chosen, vector, wanted, directions)), chosen, wanted, used));
    }
  }
}

function card(picture) {
  const made = element('figure', 'card');
  const image = element('img');
  image.src = picture.url;
  image.alt = picture.name;
  const remove = element('button', '', '×');
  remove.type = 'button';
  remove.setAttribute('aria-label', 'Remove ' + picture.name);
  remove.addEventListener('click', () => {
    URL.revokeObjectURL(picture.url);
    pictures = pictures.filter(one => one !== picture);
    made.remove();
    update();
    at('files').focus();
  });
  const view = element('div', 'view');
  const line = element('p', 'place');
  line.setAttribute('aria-live', 'polite');
  view.append(image, element('canvas'), line);
  made.append(view, element('figcaption'), remove);
  at('results').append(made);
  return made;
}

function table(picture, rows) {
  const made = element('table');
  made.setAttribute('aria-label', 'Scores of ' + picture.name);
  const head = made.createTHead().insertRow();
  for (const [text, className] of [['Label', ''], ['Score', ''], ['Cosine', 'more'], ['Logit', 'more']]) {
    const cell = element('th', className, text);
    cell.scope = 'col';
    head.append(cell);
  }
  const body = made.createTBody();
  rows.forEach((row, i) => {
    const line = body.insertRow();
    if (i === 0) line.className = 'best';
    const name = element('th');
    name.scope = 'row';
    const track = element('span', 'track');
    const bar = element('span', 'fill');
    bar.style.width = (100 * row.score).toFixed(2) + '%';
    track.append(bar, element('span', 'word', row.label));
    name.append(track);
    line.append(name, element('td', '', (100 * row.score).toFixed(1) + ' %'),
        element('td', 'more', row.cosine.toFixed(4)), element('td', 'more', row.logit.toFixed(2)));
  });
  return made;
}

// ---- pictures: chosen, dropped, pasted

async function add(files) {
  for (const file of files) {
    if (!file.type.startsWith('image/') && !/\.(jpe?g|png|webp|gif|bmp|tiff?|qoi|tga|psd|p[bgpn]m|ico|jp2|j2k|jpc)$/i.test(file.name)) {
      say(file.name + ' is no picture.', true);
      continue;
    }
    const uri = await new Promise((done, failed) => {
      const reader = new FileReader();
      reader.onload = () => done(reader.result.replace(/^data:[^,]*,/, 'data:application/octet-stream;base64,'));
      reader.onerror = () => failed(reader.error);
      reader.readAsDataURL(file);
    });
    pictures.push({name: file.name || 'pasted picture', uri, url: URL.createObjectURL(file), vectors: new Map()});
  }
  update();
}

at('files').addEventListener('change', () => { add([...at('files').files]); at('files').value = ''; });
document.addEventListener('paste', event => {
  const files = [...event.clipboardData.files];
  if (files.length) { event.preventDefault(); add(files); }
});
for (const name of ['dragover', 'dragleave', 'drop']) {
  document.addEventListener(name, event => {
    event.preventDefault();
    at('drop').classList.toggle('over', name === 'dragover');
    if (name === 'drop') add([...event.dataTransfer.files]);
  });
}

// ---- labels in the address, programs to copy

function save() {
  const state = new URLSearchParams();
  state.set('labels', labels().join(','));
  if (at('templates').value.trim()) state.set('templates', at('templates').value.trim());
  if (models.length > 1) state.set('model', at('model').value);
  history.replaceState(null, '', '#' + state);
}

function restore() {
  const state = new URLSearchParams(location.hash.slice(1));
  at('labels').value = (state.get('labels') || 'cat, dog, turtle').split(/\s*,\s*/).join('\n');
  at('templates').value = state.get('templates') || '';
  if (models.some(one => one.id === state.get('model'))) at('model').value = state.get('model');
}

function showCode() {
  const request = {labels: labels()};
  const given = lines(at('templates').value, /\n/);
  if (given.length) request.templates = given;
  if (models.length > 1) request.model = model().id;
  const address = location.origin + '/v1/classify';
  const json = JSON.stringify(request);
  const bearer = key ? 'YOUR_KEY' : '';
  at('code').textContent = {
    curl: `curl ${address} ${bearer && `-H 'Authorization: Bearer ${bearer}' `}-d @- <<EOF\n`
        + json.slice(0, -1).replace(/[\\$\`]/g, '\\$&') + `, "image": "$(base64 < photo.jpg | tr -d '\\n')"}\nEOF`,
    python: `import base64, json, urllib.request\n\n`
        + `with open("photo.jpg", "rb") as file:\n    image = base64.b64encode(file.read()).decode()\n`
        + `body = json.loads(${JSON.stringify(json)}) | {"image": image}\n`
        + `request = urllib.request.Request("${address}", json.dumps(body).encode()`
        + `${bearer && `, {"Authorization": "Bearer ${bearer}"}`})\n`
        + `print(json.load(urllib.request.urlopen(request)))`,
    java: `import java.net.URI;\nimport java.net.http.*;\nimport java.nio.file.*;\nimport java.util.Base64;\n\n`
        + `void main() throws Exception {\n`
        + `    String image = Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of("photo.jpg")));\n`
        + `    String body = ${JSON.stringify(json.slice(0, -1) + ', "image": "')} + image + "\\"}";\n`
        + `    HttpRequest request = HttpRequest.newBuilder(URI.create("${address}"))\n`
        + `${bearer && `            .header("Authorization", "Bearer ${bearer}")\n`}`
        + `            .POST(HttpRequest.BodyPublishers.ofString(body)).build();\n`
        + `    IO.println(HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body());\n}`,
  }[at('language').value];
}

async function copy(text, done) {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch (error) {
    say('This browser does not let a page copy; select the text yourself.', true);
  }
}

at('copy').addEventListener('click', () => copy(at('code').textContent, 'Copied.'));
at('share').addEventListener('click', () => { save(); copy(location.href, 'Copied the link.'); });
at('language').addEventListener('change', showCode);
at('numbers').addEventListener('change', () => document.body.classList.toggle('numbers', at('numbers').checked));
at('labels').addEventListener('input', changed);
at('templates').addEventListener('input', changed);
at('model').addEventListener('change', () => { about(); changed(); });
at('use-key').addEventListener('click', () => { key = at('key').value.trim(); at('key').value = ''; begin(); });
window.addEventListener('hashchange', () => { restore(); update(); });

function about() {
  at('about').textContent = model().description || '';
  at('templates').placeholder = model().template;
}

async function begin() {
  try {
    at('key-line').hidden = true;
    models = (await patiently('/v1/models')).data;
    at('model').replaceChildren(...models.map(one => new Option(one.id, one.id)));
    at('model').disabled = models.length === 1;
    restore();
    about();
    say('');
    update();
  } catch (error) {
    say(error.message, true);
  }
}

restore();
showCode();
begin();
