"""Makes golden/open_clip_configs.txt: the facts of every configuration of the installed open_clip, a line each.

Run in src-test-data with open_clip:

    python3 tools/open_clip_configs.py

A line is a name, a tab, and the values as JSON with sorted keys: the values of the files, not their text.
"""

import json
from pathlib import Path

import open_clip

folder = Path(open_clip.__file__).parent / "model_configs"
with open("golden/open_clip_configs.txt", "w") as out:
    for file in sorted(folder.glob("*.json")):
        values = json.loads(file.read_text())
        out.write(file.stem + "\t" + json.dumps(values, sort_keys=True, separators=(",", ":")) + "\n")
