"""What a picture is called: emojibase's concepts, and which concept a set's file name means."""
import json
import re
import unicodedata
from dataclasses import dataclass, field

_TONE = re.compile(r"(light|medium|dark)-skin-tone|-(light|medium-light|medium|medium-dark|dark)$")
_STYLE = re.compile(
    r"-(outline|outlined|filled|fill|bold|bold-duotone|line-duotone|thin|light|duotone|line|linear|broken|sharp|rounded|"
    r"round|twotone|regular|color|one|two|three|four|five|six|\d+)$"
)


@dataclass
class Concept:
    """One thing that may be drawn; `hexcode` is empty for those that only the icon sets know."""

    label: str
    tags: list[str] = field(default_factory=list)
    hexcode: str = ""
    group: int = -1


def slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain.replace("'", "").replace(".", "").replace("&", "and")).strip("-")


def hexcode(text: str) -> str:
    """Code points without the presentation selector, upper case: sets disagree on whether to write it."""
    return "-".join(c for c in text.upper().split("-") if c != "FE0F")


def flag_hexcode(country: str) -> str:
    return "-".join(f"{0x1F1E6 + ord(c) - ord('a'):X}" for c in country.lower())


class Names:
    """Concepts by hexcode and by the slugs of label and short codes."""

    def __init__(self, data: list[dict], shortcodes: list[dict[str, str | list[str]]]):
        self.concepts: list[Concept] = []
        self.by_hexcode: dict[str, int] = {}
        self.by_slug: dict[str, int] = {}
        for entry in data:
            if "group" not in entry or entry["group"] == 2:  # letters of flags, skin tones
                continue
            label = entry["label"].lower() if entry["group"] != 9 else entry["label"]
            tags = [t for t in entry.get("tags", []) if t.lower() != label and len(t) > 1]
            self.by_hexcode[hexcode(entry["hexcode"])] = len(self.concepts)
            self.by_slug.setdefault(slug(entry["label"]), len(self.concepts))
            self.concepts.append(Concept(label, tags, hexcode(entry["hexcode"]), entry["group"]))
        for codes in shortcodes:
            for code, names in codes.items():
                concept = self.by_hexcode.get(hexcode(code))
                if concept is not None:
                    for name in [names] if isinstance(names, str) else names:
                        self.by_slug.setdefault(slug(name), concept)
        self.emojis = len(self.concepts)

    def learn(self, chars: dict[str, str]) -> None:
        """Adds a set's own table of code points and names."""
        for code, name in chars.items():
            concept = self.by_hexcode.get(hexcode(code))
            if concept is not None:
                self.by_slug.setdefault(name, concept)

    def find(self, name: str) -> int | None:
        """The emoji that a file name means; None for skin tones and for what is no emoji."""
        if _TONE.search(name) and name not in self.by_slug:
            return None
        for candidate in self._spellings(name):
            if candidate in self.by_slug:
                return self.by_slug[candidate]
        return None

    @staticmethod
    def _spellings(name: str):
        yield name
        for flag in ("flag-for-flag-", "flag-for-"):
            if name.startswith(flag):
                yield "flag-" + name[len(flag):]
        yield name + "-face"
        if name.endswith("-face"):
            yield name[:-5]
        for old, new in (("men-", "man-"), ("women-", "woman-"), ("person-", ""), ("face-with-", "")):
            if name.startswith(old):
                yield new + name[len(old):]
        yield "person-" + name
        yield "flag-" + name
        short = re.sub(r"-\d$", "", name)
        if short != name:
            yield short
            yield short + "-face"
            yield "person-" + short

    def icon(self, name: str, own: bool) -> int | None:
        """The concept of an icon; with `own`, one of its own if it is no emoji and its name speaks."""
        while (short := _STYLE.sub("", name)) != name:
            name = short
        if name in self.by_slug:
            return self.by_slug[name]
        words = name.split("-")
        if not own or len(words) > 3 or any(not w.isalpha() or len(w) < 2 for w in words):
            return None
        if words[0] in {"brand", "alpha", "letter", "number", "hexagon", "logo"} or words[-1] in {"off", "logo"}:
            return None
        self.by_slug[name] = len(self.concepts)
        self.concepts.append(Concept(" ".join(words)))
        return self.by_slug[name]


def load(read) -> Names:
    """Builds the names from emojibase-data; `read` gives the bytes of a file of that package."""
    codes = ("cldr", "emojibase", "emojibase-legacy", "github", "iamcal", "joypixels")
    return Names(json.loads(read("en/data.json")), [json.loads(read(f"en/shortcodes/{c}.json")) for c in codes])
