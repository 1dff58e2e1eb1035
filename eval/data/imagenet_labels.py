"""Writes imagenet.tsv: WordNet id and label of the thousand classes of ImageNet-1k, from three packages.

    python3 imagenet_labels.py _meta.py imagenet_classes.js data.noun imagenet.tsv

_meta.py            torchvision's categories, in the order of the ids (Debian: python3-torchvision)
imagenet_classes.js the same classes as synonyms of WordNet, as "tench, Tinca tinca" (npm: @tensorflow-models/mobilenet)
data.noun           WordNet 3.0, whose offsets the ids are made of (Debian: wordnet-base)

A class's id is that of the synset with exactly its synonyms. Where several have them, ids grow along the order of the classes,
which leaves one; where it leaves several, the choice stands in CHOSEN.
"""
import ast
import re
import sys

CHOSEN = {
    102: "01872401", 107: "01910747", 398: "02666196", 411: "02730930", 417: "02782093", 431: "02804414", 438: "02815834",
    443: "02834397", 456: "02879718", 471: "02950826", 488: "02999410", 501: "03045698", 544: "03259280", 549: "03291819",
    586: "03478589", 587: "03481172", 594: "03495258", 597: "03527444", 624: "03661043", 643: "03724870", 664: "03782006",
    698: "03877845", 718: "03933933", 727: "03956157", 733: "03976657", 745: "04009552", 753: "04040759", 758: "04067472",
    766: "04111531", 771: "04125021", 780: "04147183", 783: "04153751", 792: "04208210", 808: "04259630", 813: "04270147",
    815: "04275548", 816: "04277352", 830: "04336792", 866: "04465501", 902: "04579432", 910: "04597913", 982: "10148035",
    987: "12144580",
}  # fmt: skip


def categories(path):
    for node in ast.parse(open(path, encoding="utf-8").read()).body:
        if isinstance(node, ast.Assign) and node.targets[0].id == "_IMAGENET_CATEGORIES":
            return ast.literal_eval(node.value)
    raise SystemExit(f"{path}: no _IMAGENET_CATEGORIES")


def synonyms(path):
    text = re.sub(r"['\"] \+\s+['\"]", "", open(path, encoding="utf-8").read())  # long ones are put together of parts
    entries = re.findall(r"^\s*(\d+):\s*(?:'((?:[^'\\]|\\.)*)'|\"([^\"]*)\")", text, re.M)
    names = {int(number): (single or double).replace("\\'", "'") for number, single, double in entries}
    return [names[i] for i in range(1000)]


def synsets(path):
    found = {}
    for line in open(path, encoding="utf-8"):
        if not line.startswith("  "):
            fields = line.split()
            words = [fields[4 + 2 * i].replace("_", " ") for i in range(int(fields[3], 16))]
            found[fields[0]] = ", ".join(words).lower()
    return found


def main(meta, classes, nouns, target):
    labels, names, wordnet = categories(meta), synonyms(classes), synsets(nouns)
    by_words = {}
    for offset, words in wordnet.items():
        by_words.setdefault(words, []).append(offset)
    candidates = [by_words.get(name.lower(), []) for name in names]
    ids = [c[0] if len(c) == 1 else None for c in candidates]
    for i in range(1000):
        if ids[i] is None:
            below = max((x for x in ids[:i] if x), default="")
            above = min((x for x in ids[i + 1 :] if x), default="9" * 8)
            between = [x for x in candidates[i] if below < x < above]
            if i in CHOSEN:
                # 107 is spelled "jelly fish" in the package
                assert CHOSEN[i] in (between or [o for o, w in wordnet.items() if w == "jellyfish"]), i
            ids[i] = CHOSEN[i] if i in CHOSEN else between[0] if len(between) == 1 else sys.exit(f"{i}: {between}")
    assert len(set(ids)) == len(set(labels)) == 1000 and ids == sorted(ids)
    with open(target, "w", encoding="utf-8") as out:
        for offset, label in zip(ids, labels):
            out.write(f"n{offset}\t{label}\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
