"""Makes golden/original_tokens.json: what OpenAI's and OpenCLIP's own tokenizer makes of texts.

Its steps are those of clip/simple_tokenizer.py: ftfy.fix_text, html.unescape twice, one space for each run of whitespace, lower
case, the regular expression, byte-pair encoding. Needs: pip install ftfy==6.3.1 regex. Texts that ftfy takes for wrongly
decoded are left out, since that repair is not done here; their number is printed.

Run in the project's root: python3 src-test-data/tools/make_original_token_goldens.py
"""

import gzip
import html
import json
import random

import ftfy
import regex as re

LINES = gzip.open("weights-converter/src/main/resources/org/clipjava/convert/bpe_simple_vocab_16e6.txt.gz").read().decode()
MERGES = [tuple(line.split()) for line in LINES.split("\n")[1:48895]]
RANKS = {pair: rank for rank, pair in enumerate(MERGES)}


def bytes_to_unicode():
    printed = [b for b in range(256) if 33 <= b <= 126 or 161 <= b <= 172 or 174 <= b <= 255]
    others = [b for b in range(256) if b not in printed]
    return {b: chr(b) for b in printed} | {b: chr(256 + i) for i, b in enumerate(others)}


BYTES = bytes_to_unicode()
TOKENS = list(BYTES.values()) + [c + "</w>" for c in BYTES.values()] + ["".join(pair) for pair in MERGES]
IDS = {token: i for i, token in enumerate(TOKENS + ["<|startoftext|>", "<|endoftext|>"])}
WORD = re.compile(
    r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+", re.IGNORECASE
)


def bpe(word):
    if word in ("<|startoftext|>", "<|endoftext|>"):
        return [word]
    encoded = [BYTES[b] for b in word.encode()]
    parts = encoded[:-1] + [encoded[-1] + "</w>"]
    while len(parts) > 1:
        rank, pair = min((RANKS.get(pair, len(RANKS)), pair) for pair in zip(parts, parts[1:]))
        if rank == len(RANKS):
            break
        merged, i = [], 0
        while i < len(parts):
            if tuple(parts[i : i + 2]) == pair:
                merged.append("".join(pair))
                i += 2
            else:
                merged.append(parts[i])
                i += 1
        parts = merged
    return parts


def clean(text):
    text = html.unescape(html.unescape(ftfy.fix_text(text))).strip()
    return re.sub(r"\s+", " ", text).strip().lower()


def encode(text):
    return [IDS["<|startoftext|>"]] + [IDS[t] for w in re.findall(WORD, clean(text)) for t in bpe(w)] + [IDS["<|endoftext|>"]]


TEXTS = [
    "a dog\u2019s bowl", "a \u201cstop\u201d sign", "caf&eacute; &amp; bar", "\ufb01ne \ufb02owers", "\uff26\uff55\uff4c\uff4c \uff57\uff49\uff44\uff54\uff48",
    "\u4e2d\u6587\uff0c\u6807\u70b9\u3002", "&amp;amp; &amp;lt;", "&lt;b&gt; &#39;x&#39; &#x27;y&#X27;", "this&not that &notin; &notit;", "P&EACUTE;REZ &NTILDE; &SZLIG; &nTILDE;",
    "<b>caf&eacute;</b> &amp; x", "x < y &hellip;\nz &hellip;", "&hellip;\n<a>&hellip;", "&#128; &#129; &#0; &#xD800; &#x110000; &#1; &#11; &#xFFFE; &#99999999999999999999;",
    "&#38;amp; &#;x &#x; &# 1", "&CounterClockwiseContourIntegral; &thickapprox; &bne;", "a\x85b\u2028c\u2029d\re\r\nf", "\x1b[31mred\x1b[0m \x1b[1;2Xz \x1b[",
    "\x00a\x07b\x7fc\ufeffd\ufffce\ufff9f\u206ag", "\x80 \x91quoted\x92 \x99", "\u0132\u0133 \u0149 \u01c4\u01c5\u01c6 \u01c7\u01c8\u01c9 \u01ca\u01cb\u01cc \u01f1\u01f2\u01f3 \ufb05\ufb06",
    "\uff8a\uff9f\uff70\uff84 \uffe5\uffe0 \u3000x", "\u1e9e stra\u00dfe STRASSE", "\u0130stanbul \u039f\u0394\u039f\u03a3 \u03a3 \u03a3\u03b1", "<|EndOfText|>mid <|STARTOFTEXT|>", "don't DON'T it\u2019S we\u2019LL",
    "  lead  and   trail  ", "e\u0301&#769;", "&nbsp;a&nbsp;&nbsp;b&nbsp;", "&lt;|endoftext|&gt;", "\u02bcn \u201b \u201f", "a&ZeroWidthSpace;b", "&quot;x&quot; &apos;y&apos; &AMP; &LT", "", " ",
]
r = random.Random(11)
PARTS = [
    "&amp;", "&", "amp;", "lt;", "&#", "39;", "x27;", "&eacute", "&copy", "&notin", ";", "<", " ", "\n", "\r", "\u2019", "\u201c", "\u201d", "a", "Cat", "'s", "\u2019s",
    "\ufb01", "\uff21", "\uff71", "\u3000", "\x1b[1m", "\x1b", "\x00", "\ufeff", "&hellip;", "&HELLIP;", "&EACUTE;", "&#8217;", "&#x2019;", "&#146;", "9", "e\u0301", "\u03a3", "|endoftext|>", "\u0149",
]
TEXTS += ["".join(r.choice(PARTS) for _ in range(r.randint(1, 10))) for _ in range(500)]
kept = [t for t in TEXTS if ftfy.fix_text(t) == ftfy.fix_text(t, fix_encoding=False)]
print(len(TEXTS) - len(kept), "left out:", [ascii(t) for t in TEXTS if t not in kept][:5])
with open("src-test-data/golden/original_tokens.json", "w", encoding="ascii") as out:
    out.write("[\n" + ",\n".join(json.dumps({"text": t, "clean": clean(t), "ids": encode(t)}) for t in kept) + "\n]\n")
