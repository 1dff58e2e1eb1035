"""CLIP's byte-level byte-pair encoding: learns a small vocabulary, writes it in CLIP's format, encodes with it."""
import json
import re
from collections import Counter
from pathlib import Path

START, END = "<|startoftext|>", "<|endoftext|>"
# CLIP's pattern with Python's own classes: \p{L} is [^\W\d_], \p{N} is \d (one at a time).
_PIECE = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+", re.IGNORECASE)


def _bytes_to_unicode() -> dict[int, str]:
    """The printable stand-in of each byte, as GPT-2 and CLIP have it."""
    printable = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in printable}
    for b in range(256):
        table.setdefault(b, chr(256 + len(table) - len(printable)))
    # CLIP's vocabulary lists the printable bytes first
    return table


_BYTES = _bytes_to_unicode()


def words(text: str) -> list[tuple[str, ...]]:
    """Lower-cased pieces as symbols, the last of each marked with </w>."""
    pieces = _PIECE.findall(" ".join(text.lower().split()))
    symbols = ["".join(_BYTES[b] for b in piece.encode()) for piece in pieces]
    return [(*s[:-1], s[-1] + "</w>") for s in symbols]


def _merge(word: tuple[str, ...], pair: tuple[str, str]) -> tuple[str, ...]:
    out, i = [], 0
    while i < len(word):
        if word[i : i + 2] == pair:
            out.append(word[i] + word[i + 1])
            i += 2
        else:
            out.append(word[i])
            i += 1
    return tuple(out)


def learn(texts: list[str], size: int) -> list[tuple[str, str]]:
    """The merges of a vocabulary of `size` entries: 512 bytes, the merges, two specials."""
    counts = Counter(w for t in texts for w in words(t))
    merges: list[tuple[str, str]] = []
    while len(merges) < size - 514:
        pairs: Counter[tuple[str, str]] = Counter()
        for word, n in counts.items():
            for pair in zip(word, word[1:]):
                pairs[pair] += n
        if not pairs:
            break
        best = min(pairs, key=lambda p: (-pairs[p], p))  # ties by name, or the order of counting would decide
        merges.append(best)
        merged: Counter[tuple[str, ...]] = Counter()
        for word, n in counts.items():
            merged[_merge(word, best) if best[0] in word else word] += n
        counts = merged
    return merges


class Tokenizer:
    def __init__(self, merges: list[tuple[str, str]]):
        self.merges = merges
        symbols = [*_BYTES.values()]
        symbols += [s + "</w>" for s in symbols] + [a + b for a, b in merges] + [START, END]
        self.vocabulary = {s: i for i, s in enumerate(symbols)}
        if len(self.vocabulary) != len(symbols):
            raise ValueError("two merges give the same entry")
        self._ranks = {m: i for i, m in enumerate(merges)}
        self._cache: dict[tuple[str, ...], list[int]] = {}

    def _encode(self, word: tuple[str, ...]) -> list[int]:
        if word not in self._cache:
            parts = word
            while len(parts) > 1:
                best = min(zip(parts, parts[1:]), key=lambda p: self._ranks.get(p, len(self._ranks)))
                if best not in self._ranks:
                    break
                parts = _merge(parts, best)
            self._cache[word] = [self.vocabulary[p] for p in parts]
        return self._cache[word]

    def encode(self, text: str, context: int) -> list[int]:
        """Start, at most context - 2 tokens, end."""
        ids = [i for word in words(text) for i in self._encode(word)]
        return [self.vocabulary[START], *ids[: context - 2], self.vocabulary[END]]

    def save(self, directory: Path) -> None:
        (directory / "vocab.json").write_text(json.dumps(self.vocabulary, ensure_ascii=False), encoding="utf-8")
        lines = ["#version: 0.2", *(f"{a} {b}" for a, b in self.merges)]
        (directory / "merges.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")

    @staticmethod
    def load(directory: Path) -> "Tokenizer":
        lines = (directory / "merges.txt").read_text(encoding="utf-8").splitlines()[1:]
        return Tokenizer([tuple(line.split(" ")) for line in lines])
