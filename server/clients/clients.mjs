// curl's answer, openai, and @huggingface/inference; ./run sets the environment.
import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {InferenceClient} from '@huggingface/inference';
import OpenAI from 'openai';

const {ADDRESS, TEXT, PICTURE, KEY, CURL, TEXT_VECTOR, IMAGE_VECTOR, SCENE} = process.env;

const written = file => JSON.parse(readFileSync(file, 'utf8').split('\n')[0]).embedding;
const decoded = base64 => {
  const bytes = Buffer.from(base64, 'base64');
  return Array.from({length: bytes.length / 4}, (_, i) => bytes.readFloatLE(4 * i));
};
const same = (found, expected, what) => {
  assert.deepEqual(found.map(Math.fround), expected.map(Math.fround), what);
  console.log(what + ': equal, bit for bit');
};

const text = written(TEXT_VECTOR);
const image = written(IMAGE_VECTOR);
const picture = readFileSync(PICTURE);

same(decoded(JSON.parse(readFileSync(CURL, 'utf8')).data[0].embedding), text, 'curl, base64');

const openai = new OpenAI({baseURL: ADDRESS + '/v1', apiKey: KEY});
const byDefault = await openai.embeddings.create({model: 'pictogram', input: [TEXT, 'a cat']});
same(byDefault.data[0].embedding, text, 'npm openai, as it comes');
assert.equal(byDefault.data.length, 2);
assert.ok(byDefault.usage.prompt_tokens > 0);
const floats = await openai.embeddings.create({model: 'clip-openai', input: TEXT, encoding_format: 'float'});
same(floats.data[0].embedding, text, 'npm openai, float');
const ofPicture = await openai.embeddings.create(
    {model: 'pictogram', input: 'data:image/jpeg;base64,' + picture.toString('base64'), modality: 'image'});
same(ofPicture.data[0].embedding, image, 'npm openai, picture');
assert.deepEqual((await openai.models.list()).data.map(model => model.id), ['pictogram']);
await assert.rejects(openai.embeddings.create({model: 'none', input: 'a'}), OpenAI.NotFoundError);
await assert.rejects(openai.embeddings.create({model: 'pictogram', input: [[1, 2]]}), /check_embedding_ctx_length=False/);
await assert.rejects(
    new OpenAI({baseURL: ADDRESS + '/v1', apiKey: 'wrong'}).models.list(), OpenAI.AuthenticationError);
console.log('npm openai: models and errors');

const inference = new InferenceClient(KEY, {endpointUrl: ADDRESS + '/models/pictogram'});
const scores = await inference.zeroShotImageClassification({
  inputs: {image: new Blob([picture])},
  parameters: {candidate_labels: ['fire', 'goat', 'church']},
});
assert.equal(scores[0].label, 'goat');
assert.ok(Math.abs(scores.reduce((sum, one) => sum + one.score, 0) - 1) < 1e-5);
console.log('npm @huggingface/inference: ' + scores[0].label + ' ' + scores[0].score.toFixed(3));

// objectDetection posts what it is given and checks the shape of the answer
const request = {
  inputs: readFileSync(SCENE).toString('base64'), parameters: {candidate_labels: ['violin', 'purse', 'cactus']},
};
const boxes = await new InferenceClient(KEY, {endpointUrl: ADDRESS + '/zero-shot-object-detection/pictogram'})
    .objectDetection({data: new Blob([JSON.stringify(request)], {type: 'application/json'})});
assert.deepEqual(boxes.map(one => one.label).sort(), ['cactus', 'purse']);
assert.ok(boxes.find(one => one.label === 'cactus').box.xmax < boxes.find(one => one.label === 'purse').box.xmin);
console.log('npm @huggingface/inference: ' + boxes.map(one => one.label + ' ' + JSON.stringify(one.box)).join(', '));
