// Runs what docs/server.md shows against a server, as it stands there but for the address; ./run sets the environment.
import assert from 'node:assert/strict';
import {spawnSync} from 'node:child_process';
import {copyFileSync, readFileSync, writeFileSync} from 'node:fs';
import {join} from 'node:path';

const {ADDRESS, PICTURE, ROOT, WORK, PYTHON = 'python3'} = process.env;

// What is not for a shell, or starts a server, which ./run did.
const NOT_RUN = [/^\.\/clip serve/, /^\{"time"/, /^\[Service\]/, /^server \{/, /^spring\.ai/, /^try \(ClipServer/];
const IMPORTS = `import dev.langchain4j.model.embedding.EmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
`;

const blocks = [...readFileSync(join(ROOT, 'docs/server.md'), 'utf8').matchAll(/^```(\w*)\n(.*?)^```$/gms)]
    .map(([, language, text]) => ({language, text: text.replaceAll('http://localhost:8080', ADDRESS)
        .replaceAll('localhost:8080', ADDRESS)}));

const run = (what, program, args, options = {}) => {
  const ended = spawnSync(program, args, {cwd: WORK, encoding: 'utf8', ...options});
  assert.equal(ended.status, 0, `${what}\n${ended.stdout}${ended.stderr}${ended.error ?? ''}`);
  return ended.stdout;
};

const found = await (await fetch(ADDRESS + '/v1/search', {method: 'POST', body: '{"query": "a cactus"}'})).json();
const id = found.data[0].id;
copyFileSync(PICTURE, join(WORK, 'goat.jpg'));

// Each answer is JSON, but for pictures; curl fails where it is an error.
const shell = text => {
  const commands = text.replaceAll('ID OF A PICTURE', id).replaceAll('/pictures/ID/', `/pictures/${id}/`)
      .replaceAll('curl -s ', 'curl -sSf ').replaceAll('-o small.jpg', `-o ${WORK}/small.jpg`)
      .replace(/^\.\/clip .*\n/gm, '');
  const answers = run(text, 'bash', ['-euc', commands.replace(/^(?=curl )/gm, 'echo; ')], {cwd: ROOT});
  return answers.split('\n').filter(line => line).map(line => JSON.parse(line)).length;
};

let count = 0;
for (const {language, text} of blocks) {
  const first = text.split('\n')[0];
  if (NOT_RUN.some(pattern => pattern.test(text))) {
    continue;
  }
  if (language === 'python') {
    const [, module] = /^from (\w+)/m.exec(text);
    if (spawnSync(PYTHON, ['-c', 'import ' + module]).status !== 0) {
      console.log(`docs/server.md: not run, for ${PYTHON} has no ${module}: ${first}`);
      continue;
    }
    assert.notEqual(run(text, PYTHON, ['-c', text]), '', text);
  } else if (language === 'js') {
    const file = join(import.meta.dirname, 'target', `docs-${count}.mjs`);
    writeFileSync(file, text);
    run(text, 'node', [file]);
  } else if (language === 'java') {
    const file = join(WORK, 'Documented.java');
    writeFileSync(file, `${IMPORTS}class Documented {\n  public static void main(String[] args) {\n${text}  }\n}\n`);
    assert.match(run(text, 'java', ['-cp', join(import.meta.dirname, 'target/lib/*'), file]), /^\d+\n$/, text);
  } else {
    assert.match(text, /curl /, 'expected something that can be run: ' + text);
    shell(text);
  }
  count++;
}
console.log(`docs/server.md: ${count} examples answered`);
