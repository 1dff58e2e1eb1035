"""Makes the goldens of RoBERTa's tokenizer, of XLM-RoBERTa's with a .model alone, and of OpenCLIP's model with a RoBERTa.

Run in src-test-data with open_clip, transformers, sentencepiece and PyTorch:

    python3 tools/make_roberta_goldens.py

tokenizers/roberta.tokenizer.json.gz: merges of bytes in RoBERTa's layout, trained on the texts of tokens.json and on README.md by Rust's
tokenizers, as transformers' RobertaTokenizer saves them. If it is there it stays, since training need not give the same again.
tokenizers/roberta.json.gz: each text of tokens.json with its ids by RobertaTokenizer over that file ("roberta") and over vocab.json and
merges.txt with the same ("merges"), by OpenCLIP's HFTokenizer, cut to 77 ("open_clip"), and by XLMRobertaTokenizer over a
sentencepiece.bpe.model ("model"). That is t5.model with its first three pieces replaced and another unk_id behind. And which characters
are letters, numbers and spaces to the expression that cuts words ("letters", "numbers", "spaces"): first and last of each range.

golden/roberta-tiny.safetensors: text [149, 40], OpenCLIP's CustomTextCLIP over "open_clip", not scaled to length 1. A tensor's own name
is the seed of its values u: norms' weights are 1 + 0.2 u, other vectors 0.05 u, kernels of four dimensions 0.07 u, all else 0.2 u.
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

EMBED, CONTEXT, SIZE = 40, 77, 900
VISION = dict(image_size=64, layers=2, width=72, head_width=24, patch_size=8, mlp_ratio=2.5)
SPECIAL = ["<s>", "<pad>", "</s>", "<unk>"]


def read(name):
    return gzip.decompress(Path("tokenizers", name + ".gz").read_bytes())


def write(name, content):
    Path("tokenizers", name + ".gz").write_bytes(
        gzip.compress(json.dumps(content, ensure_ascii=False).encode(), 9, mtime=0))


def trained(texts):
    tokenizer = tokenizers.ByteLevelBPETokenizer()
    tokenizer.train_from_iterator(
        texts + Path("README.md").read_text().splitlines(), vocab_size=SIZE - 1, special_tokens=SPECIAL, show_progress=False)
    model = json.loads(tokenizer.to_str())["model"]
    model["vocab"]["<mask>"] = len(model["vocab"])
    merges = [tuple(merge) for merge in model["merges"]]
    with tempfile.TemporaryDirectory() as folder:
        transformers.RobertaTokenizer(vocab=model["vocab"], merges=merges).save_pretrained(folder)
        return json.loads(Path(folder, "tokenizer.json").read_text())


def opened(kind, model_type, files):
    """The tokenizer of a folder with these files, and OpenCLIP's over the same."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            Path(folder, name).write_bytes(content)
        Path(folder, "tokenizer_config.json").write_text(json.dumps({"tokenizer_class": kind}))
        Path(folder, "config.json").write_text(json.dumps({"model_type": model_type}))
        own = transformers.AutoTokenizer.from_pretrained(folder)
        assert type(own).__name__ == kind, type(own)
        return own, HFTokenizer(folder)


def xlm_model():
    """t5.model in XLM-RoBERTa's layout: its pieces come first, each a field of a length below 128."""
    model = read("t5.model")
    for _ in range(3):
        assert model[0] == 0x0A and model[1] < 128
        model = model[2 + model[1]:]
    first = b""
    for text, kind in (("<unk>", 2), ("<s>", 3), ("</s>", 3)):
        piece = bytes([0x0A, len(text)]) + text.encode() + bytes([0x18, kind])
        first += bytes([0x0A, len(piece)]) + piece
    return first + model + bytes([0x12, 3, 0xC0, 2, 0])


def ranges(characters):
    out = []
    for c in characters:
        if out and out[-1][1] == c - 1:
            out[-1][1] = c
        else:
            out.append([c, c])
    return out


def classes():
    cut = tokenizers.pre_tokenizers.ByteLevel(add_prefix_space=False)
    kinds = {"letters": [], "numbers": [], "spaces": []}
    for c in (c for c in range(0x110000) if not 0xD800 <= c < 0xE000):
        # a letter before, a number behind: which of the words it belongs to
        ends = [end for _, (_, end) in cut.pre_tokenize_str(f"a{chr(c)}1")]
        if ends == [2, 3]:
            kinds["letters"].append(c)
        elif ends == [1, 3]:
            # a space goes with the word behind it, and so does a number
            kinds["spaces" if c == 0x20 else "numbers"].append(c)
        elif len(cut.pre_tokenize_str(f"!{chr(c)}!")) == 3:
            kinds["spaces"].append(c)
    return {kind: ranges(characters) for kind, characters in kinds.items()}


def filled(module):
    with torch.no_grad():
        for name, tensor in module.named_parameters():
            if name == "logit_scale":
                tensor.fill_(4.6052)
                continue
            u = torch.from_numpy(uniform(name, tensor.numel())).reshape(tensor.shape)
            vector = tensor.dim() == 1
            norm = vector and name.endswith("weight")
            scale = 0.2 if norm else 0.05 if vector else 0.07 if tensor.dim() == 4 else 0.2
            tensor.copy_(u * torch.tensor(scale) + (1.0 if norm else 0.0))
    return module.eval()


texts = [each["text"] for each in json.loads(read("tokens.json"))["texts"]]
if not Path("tokenizers/roberta.tokenizer.json.gz").exists():
    write("roberta.tokenizer.json", trained(texts))
file = json.loads(read("roberta.tokenizer.json"))
vocab, merges = file["model"]["vocab"], [" ".join(merge) for merge in file["model"]["merges"]]
whole, clip = opened("RobertaTokenizer", "roberta", {"tokenizer.json": read("roberta.tokenizer.json")})
parts, _ = opened("RobertaTokenizer", "roberta", {
    "vocab.json": json.dumps(vocab).encode(), "merges.txt": ("#version: 0.2\n" + "\n".join(merges) + "\n").encode()})
xlm, _ = opened("XLMRobertaTokenizer", "xlm-roberta", {"sentencepiece.bpe.model": xlm_model()})
cut = clip(texts, CONTEXT)
lines = []
for text, ids in zip(texts, cut.tolist()):
    while ids[-1] == 1:
        ids.pop()
    lines.append({"text": text, "roberta": whole(text)["input_ids"], "merges": parts(text)["input_ids"], "open_clip": ids,
                  "model": xlm(text)["input_ids"]})
write("roberta.json", {"texts": lines, **classes()})

tiny = transformers.RobertaConfig(
    vocab_size=len(vocab), hidden_size=128, num_hidden_layers=2, num_attention_heads=2, intermediate_size=200,
    max_position_embeddings=CONTEXT + 3, type_vocab_size=1, pad_token_id=1, bos_token_id=0, eos_token_id=2, layer_norm_eps=1e-5)
text = dict(hf_model_name="roberta-base", hf_model_pretrained=False, hf_pooler_type="mean_pooler")
with mock.patch("transformers.AutoConfig.from_pretrained", return_value=tiny), torch.no_grad():
    model = filled(open_clip.model.CustomTextCLIP(EMBED, VISION, text, quick_gelu=True))
    out = model.encode_text(cut)
print(len(vocab), len(merges), out.abs().max().item(), {name: list(t.shape) for name, t in model.state_dict().items() if "layer.1" not in name and name.startswith("text")})
print(len(xlm), xlm.convert_tokens_to_ids("<mask>"), file["added_tokens"], file["pre_tokenizer"], file["post_processor"])
save_file({"text": out.contiguous()}, "golden/roberta-tiny.safetensors")
