"""Makes golden/siglip-b-16-224.safetensors: ids, embeddings and logits of the golden that Hugging Face's SiglipModel gave.

Run in src-test-data, with the complete golden, which has hidden states too (see README.md):

    python3 tools/trim_siglip_golden.py ../../shared/reference/siglip/golden/siglip-b-16-224.safetensors
"""

import json
import struct
import sys

KEPT = ("input_ids", "image_embeds", "text_embeds", "logits_per_image")

with open(sys.argv[1], "rb") as f:
    header = json.loads(f.read(struct.unpack("<Q", f.read(8))[0]))
    data = f.read()
kept, offset = {"__metadata__": header["__metadata__"]}, 0
bodies = []
for name in KEPT:
    begin, end = header[name]["data_offsets"]
    kept[name] = dict(header[name], data_offsets=[offset, offset + end - begin])
    bodies.append(data[begin:end])
    offset += end - begin
text = json.dumps(kept, separators=(",", ":")).encode()
text += b" " * (-len(text) % 8)
with open("golden/siglip-b-16-224.safetensors", "wb") as f:
    f.write(struct.pack("<Q", len(text)) + text + b"".join(bodies))
