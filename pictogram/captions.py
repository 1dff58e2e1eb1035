"""Words for a picture: label and keywords of its concept in varied templates."""
import random

from names import Concept

# The template that `classify` uses by default; the embedded model is to know it best.
CLASSIFY = "a photo of a {}"
TEMPLATES = (
    "an icon of {}", "an icon of a {}", "a drawing of {}", "a drawing of a {}", "a picture of {}", "a pictogram of a {}",
    "a symbol for {}", "an emoji of {}", "{} emoji", "a photo of {}", "the {}", "a {}", "a sketch of a {}", "an illustration of {}",
)  # fmt: skip


def spoken(concept: Concept, rng: random.Random) -> str:
    """The label; a flag's also as one says it."""
    if concept.label.startswith("flag: ") and rng.random() < 0.4:
        return rng.choice(("flag of {}", "{} flag", "the flag of {}")).format(concept.label[6:])
    return concept.label


def caption(concept: Concept, rng: random.Random) -> str:
    chance = rng.random()
    if concept.tags and chance < 0.08:
        return rng.choice((CLASSIFY, "{}", "an icon of a {}")).format(rng.choice(concept.tags))
    label = spoken(concept, rng)
    if concept.tags and chance < 0.25:
        return ", ".join([label, *rng.sample(concept.tags, min(len(concept.tags), rng.randint(1, 2)))])
    if concept.tags and chance < 0.30:
        return ", ".join(rng.sample(concept.tags, min(len(concept.tags), 4)))
    if chance < 0.70:
        return CLASSIFY.format(label)
    if chance < 0.82:
        return label
    return rng.choice(TEMPLATES).format(label)


def corpus(concepts: list[Concept], emojis: int) -> list[str]:
    """What the vocabulary is learnt from: every label and keyword once, emojis' labels four times, the templates often."""
    texts = [c.label for c in concepts] + [c.label for c in concepts[:emojis]] * 3
    texts += [t for c in concepts for t in c.tags]
    return texts + [t.replace("{}", "") for t in (CLASSIFY, "flag of", *TEMPLATES)] * 50
