"""Makes the goldens of text towers of other models: a DistilBERT of sentence-transformers, an XLM-RoBERTa and a MetaCLIP 2 of OpenCLIP.

Run in src-test-data with open_clip, transformers and PyTorch:

    python3 tools/make_multilingual_goldens.py

tokenizers/bert.tokenizer.json.gz: a WordPiece tokenizer with upper and lower case, trained on the texts of tokens.json and on README.md
by Rust's tokenizers, with a character in ten left out. If it is there it stays, since training need not give the same again.
tokenizers/multilingual.json.gz: each text of tokens.json with its ids by that tokenizer, whole ("bert"), and by OpenCLIP's HFTokenizer
over xlmr.tokenizer.json, cut to 77 ("xlmr") and with canonical cleaning to 16 ("canonical"). And which characters that tokenizer drops
("removed"), takes for whitespace ("spaces") and makes words by themselves ("punctuation", "ideographs"): first and last of each range.

golden/multilingual-tiny.safetensors, embeddings that are not scaled to length 1:
distilbert [149, 40]: transformers' DistilBertModel over "bert" cut to 24, the mean of its states over the mask, a matrix.
xlm_roberta.text [149, 40], .linear [149, 40], .image [2, 40]: OpenCLIP's CustomTextCLIP, with a projection by an MLP or one matrix.
xlm_roberta.masked [1, 40]: of ids with padding between them. metaclip2.text [149, 40], .image [2, 40]: OpenCLIP's CLIP pooled at "eos".
Pictures are uniform("multilingual.pixel_values"). A tensor's own name is the seed of its values u: norms' weights are 1 + 0.2 u, other
vectors 0.05 u, kernels of four dimensions 0.07 u, all else 0.2 u.
"""

import gzip
import json
import tempfile
from pathlib import Path
from unittest import mock

import open_clip
import tokenizers
import torch
import transformers
from make_dense_goldens import uniform
from open_clip.tokenizer import HFTokenizer
from safetensors.torch import save_file

EMBED, LENGTH, CONTEXT = 40, 24, 77
VISION = dict(image_size=64, layers=2, width=72, head_width=24, patch_size=8, mlp_ratio=2.5)
MASKED = [0, 17, 1, 1, 250, 9, 1, 2]


def read(name):
    return json.loads(gzip.decompress(Path("tokenizers", name + ".gz").read_bytes()))


def write(name, content):
    Path("tokenizers", name + ".gz").write_bytes(
        gzip.compress(json.dumps(content, ensure_ascii=False).encode(), 9, mtime=0))


def trained(texts):
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer(lowercase=False)
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    known = [c for c in sorted(set("".join(texts))) if ord(c) % 10]
    trainer = tokenizers.trainers.WordPieceTrainer(
        vocab_size=1400, special_tokens=special, initial_alphabet=known, limit_alphabet=len(known), show_progress=False)
    tokenizer.train_from_iterator(texts + Path("README.md").read_text().splitlines(), trainer)
    tokenizer.post_processor = tokenizers.processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[(t, tokenizer.token_to_id(t)) for t in ("[CLS]", "[SEP]")])
    tokenizer.decoder = tokenizers.decoders.WordPiece()
    return json.loads(tokenizer.to_str())


def ranges(characters):
    out = []
    for c in characters:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def classes():
    normalizer, cut = tokenizers.normalizers.BertNormalizer(lowercase=False), tokenizers.pre_tokenizers.BertPreTokenizer()
    kinds = {"removed": [], "spaces": [], "punctuation": [], "ideographs": []}
    for c in (c for c in range(0x110000) if not 0xD800 <= c < 0xE000):
        normalized = normalizer.normalize_str(f"a{chr(c)}a")
        kind = {"aa": "removed", "a a": "spaces", f"a {chr(c)} a": "ideographs"}.get(normalized)
        if not kind and len(cut.pre_tokenize_str(normalized)) == 3:
            kind = "punctuation"
        if kind:
            kinds[kind].append(c)
    return {kind: ranges(characters) for kind, characters in kinds.items()}


def filled(module, prefix=""):
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            if name == "logit_scale":
                tensor.fill_(4.6052)
                continue
            u = torch.from_numpy(uniform(prefix + name, tensor.numel())).reshape(tensor.shape)
            vector = tensor.dim() == 1
            norm = vector and name.endswith("weight")
            scale = 0.2 if norm else 0.05 if vector else 0.07 if tensor.dim() == 4 else 0.2
            tensor.copy_(u * torch.tensor(scale) + (1.0 if norm else 0.0))
    return module.eval()


def padded(ids, length, padding):
    return torch.tensor([each + [padding] * (length - len(each)) for each in ids])


def distilbert(ids, vocabulary):
    model = filled(transformers.DistilBertModel(transformers.DistilBertConfig(
        vocab_size=vocabulary, max_position_embeddings=32, n_layers=2, n_heads=4, dim=96, hidden_dim=136)))
    dense = filled(torch.nn.Linear(96, EMBED, bias=False), "dense.linear.")
    cut = [each if len(each) <= LENGTH else each[:LENGTH - 1] + each[-1:] for each in ids]
    mask = padded([[1] * len(each) for each in cut], LENGTH, 0)
    states = model(input_ids=padded(cut, LENGTH, 0), attention_mask=mask).last_hidden_state
    # sentence_transformers.models.Pooling and Dense
    return dense((states * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True).clamp(min=1e-9))


def open_clips(kind, ids, pixels, out):
    """Of all its configuration OpenCLIP gets but the sizes of the text tower, which it would look up."""
    tiny = transformers.XLMRobertaConfig(
        vocab_size=1002, hidden_size=128, num_hidden_layers=2, num_attention_heads=2, intermediate_size=200,
        max_position_embeddings=CONTEXT + 3, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2,
        layer_norm_eps=1e-5)
    text = dict(hf_model_name="xlm-roberta-base", hf_model_pretrained=False, hf_pooler_type="mean_pooler",
                hf_proj_type=kind)
    with mock.patch("transformers.AutoConfig.from_pretrained", return_value=tiny):
        model = filled(open_clip.model.CustomTextCLIP(EMBED, VISION, text))
    out["xlm_roberta." + ("text" if kind == "mlp" else kind)] = model.encode_text(padded(ids, CONTEXT, 1))
    if kind == "mlp":
        out["xlm_roberta.masked"] = model.encode_text(padded([MASKED], CONTEXT, 1))
        out["xlm_roberta.image"] = model.encode_image(pixels)
        print({name: list(tensor.shape) for name, tensor in model.state_dict().items() if "layer.1." not in name})


texts = [each["text"] for each in read("tokens.json")["texts"]]
if not Path("tokenizers/bert.tokenizer.json.gz").exists():
    write("bert.tokenizer.json", trained(texts))
bert = tokenizers.Tokenizer.from_str(json.dumps(read("bert.tokenizer.json")))
xlmr = read("xlmr.tokenizer.json")
xlmr["normalizer"]["normalizers"][0] = read("t5.tokenizer.json")["normalizer"]["normalizers"][0]
with tempfile.TemporaryDirectory() as folder:
    Path(folder, "tokenizer.json").write_text(json.dumps(xlmr))
    Path(folder, "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": "XLMRobertaTokenizer"}))
    Path(folder, "config.json").write_text(json.dumps({"model_type": "xlm-roberta"}))
    cased, canonical = HFTokenizer(folder), HFTokenizer(folder, clean="canonicalize")

ids = [bert.encode(text).ids for text in texts]
cut = cased(texts, CONTEXT).tolist()
short = canonical(texts, 16).tolist()
lines = [{"text": t, "bert": b, "xlmr": x, "canonical": c} for t, b, x, c in zip(texts, ids, cut, short)]
write("multilingual.json", {"texts": lines, **classes()})

pixels = torch.from_numpy(uniform("multilingual.pixel_values", 2 * 3 * 64 * 64)).reshape(2, 3, 64, 64)
out = {}
with torch.no_grad():
    out["distilbert"] = distilbert(ids, bert.get_vocab_size())
    open_clips("mlp", cut, pixels, out)
    open_clips("linear", cut, pixels, out)
    text = dict(context_length=CONTEXT, vocab_size=1002, width=48, heads=2, layers=2, pool_type="eos", eos_id=2)
    model = filled(open_clip.model.CLIP(EMBED, VISION, text))
    out["metaclip2.text"] = model.encode_text(torch.tensor(cut))
    out["metaclip2.image"] = model.encode_image(pixels)
print({name: (list(tensor.shape), tensor.abs().max().item()) for name, tensor in out.items()})
print(bert.get_vocab_size(), sum(bert.token_to_id("[UNK]") in each for each in ids), max(map(len, ids)))
save_file({name: tensor.contiguous() for name, tensor in out.items()}, "golden/multilingual-tiny.safetensors")
