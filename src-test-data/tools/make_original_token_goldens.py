"""Makes golden/original_tokens.json: what OpenAI's and OpenCLIP's own tokenizer makes of texts.

Its steps are those of clip/simple_tokenizer.py: ftfy.fix_text, html.unescape twice, one space for each run of whitespace, lower
case, the regular expression, byte-pair encoding. Needs: pip install ftfy==6.3.1 regex.

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

# Wrongly decoded texts: as a whole and in parts, once and twice, with losses; and what only looks like it.
WORDS = [
    "fran\u00e7ais", "\u00e0 la carte", "na\u00efve caf\u00e9", "\u201cquoted\u201d \u2013 it\u2019s\u2026", "\u00bfqu\u00e9? \u00a1s\u00ed!", "stra\u00dfe \u00dcber", "\u20ac 5 \u00a3 3 \u00bd",
    "\u043a\u043e\u0448\u043a\u0430 \u0438 \u0441\u043e\u0431\u0430\u043a\u0430", "\u03b3\u03ac\u03c4\u03b1", "\u732b\u3068\u72ac", "\U0001f431 cat \U0001f600", "\u0142\u00f3\u017c\u0107 \u0119", "\u0161\u010d\u0159\u017e", "\u0131\u011f\u015f", "\u0627\u0644\u0642\u0637",
    "\u2122 \u00ae \u00a9 \u2192 \u2714", "\u00a0wide\u00a0space\u00a0", "fa\u00e7ade \u00e0s vezes", "\u00e1 \u00ed \u00f3", "\u2019", "\u00e9", "\u0915\u0941\u0924\u094d\u0924\u093e", "\u0e41\u0e21\u0e27", "\u0137\u0101\u0123", "1\u00b0 \u00d7 2\u00b2", "\u0153uvre \u0152uf",
]
WRONG = ["latin-1", "sloppy-windows-1252", "sloppy-windows-1251", "sloppy-windows-1250", "sloppy-windows-1253", "sloppy-windows-1254", "sloppy-windows-1257", "iso-8859-2", "macroman", "cp437"]


def garbled(text):
    return text.encode("utf-8").decode(r.choice(WRONG))


def wrong_text():
    word = " ".join(r.choice(WORDS) for _ in range(r.randint(1, 3)))
    how = r.randrange(9)
    if how == 0:
        return garbled(garbled(word))
    if how == 1:
        return garbled(word) + " " + r.choice(WORDS)
    if how == 2:
        return r.choice(WORDS) + garbled(word) + r.choice(PARTS)
    if how == 3:
        return garbled(word).replace("\xa0", " ")
    if how == 4:
        return "".join("\ufffd" if 0x80 <= ord(c) < 0xA0 and r.random() < 0.5 else c for c in garbled(word))
    if how == 5:
        text = list(garbled(word))
        text[r.randrange(len(text))] = r.choice("?\x1a\ufffd aX")
        return "".join(text)
    if how == 6:
        cesu = "".join(w if ord(w) < 0x10000 else w.encode("utf-16-le").decode("utf-16-le") for w in word).encode("utf-16", "surrogatepass").decode("utf-16")
        pairs = b"".join(cesu.encode("utf-16-be")[i : i + 2].decode("utf-16-be", "surrogatepass").encode("utf-8", "surrogatepass") for i in range(0, 2 * len(cesu), 2) if cesu)
        return (pairs + b"\xc0\x80").decode(r.choice(WRONG[:2]))
    if how == 7:
        return "".join(chr(r.choice((r.randrange(0xA0, 0x180), r.randrange(0x80, 0x100), 0x20, r.randrange(0x391, 0x3CA), r.randrange(0x400, 0x460), 0x61, 0x20AC, 0x2019))) for _ in range(r.randint(1, 12)))
    return r.choice(("\n", "")).join(garbled(r.choice(WORDS)) for _ in range(r.randint(1, 3)))


TEXTS += [wrong_text() for _ in range(1000)]
with open("src-test-data/golden/original_tokens.json", "w", encoding="ascii") as out:
    out.write("[\n" + ",\n".join(json.dumps({"text": t, "clean": clean(t), "ids": encode(t)}) for t in TEXTS) + "\n]\n")
