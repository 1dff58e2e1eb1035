"""Makes golden/added_tokens.json: what the Rust library (pip install tokenizers==0.23.2) makes of texts with added tokens.

Run in the project's root: python3 src-test-data/tools/make_added_token_goldens.py
"""

import gzip
import json
import random

from tokenizers import Tokenizer
lines=gzip.open('weights-converter/src/main/resources/org/clipjava/convert/bpe_simple_vocab_16e6.txt.gz').read().decode().split('\n')
merges=lines[1:48895]
def alphabet():
    p=[b for b in range(256) if 33<=b<=126 or 0xA1<=b<=0xFF and b!=0xAD]
    o=[b for b in range(256) if b not in p]
    return [chr(b) for b in p]+[chr(256+i) for i in range(len(o))]
a=alphabet()
tokens=a+[c+'</w>' for c in a]+[m.replace(' ','') for m in merges]+['<|startoftext|>','<|endoftext|>']
added=[("<|startoftext|>",True,True,False,False,False),("<|endoftext|>",True,False,False,False,False),
 ("<my-cat>",False,True,False,False,False),      # as tokenizer.add_tokens has it: normalized
 ("<Raw>",False,False,False,False,False),
 ("<left>",False,False,True,False,False),
 ("<right>",False,False,False,True,False),
 ("<both>",False,True,True,True,False),
 ("tok",False,False,False,False,True),
 ("wörd",False,True,False,False,True),
 ("<my-cat>s",False,True,False,False,False),
 ("  gap",False,False,False,False,False),
 ("É",False,True,False,False,False)]
base=len(tokens)-2
tj={"version":"1.0","truncation":None,"padding":None,
 "added_tokens":[{"id":base+i,"content":c,"single_word":w,"lstrip":l,"rstrip":r,"normalized":n,"special":s} for i,(c,s,n,l,r,w) in enumerate(added)],
 "normalizer":{"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Replace","pattern":{"Regex":"\\s+"},"content":" "},{"type":"Lowercase"}]},
 "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Split","pattern":{"Regex":"'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+"},"behavior":"Removed","invert":True},{"type":"ByteLevel","add_prefix_space":False,"trim_offsets":True}]},
 "post_processor":{"type":"RobertaProcessing","sep":["<|endoftext|>",base+1],"cls":["<|startoftext|>",base],"trim_offsets":False,"add_prefix_space":False},
 "decoder":None,
 "model":{"type":"BPE","dropout":None,"unk_token":"<|endoftext|>","continuing_subword_prefix":"","end_of_word_suffix":"</w>","fuse_unk":False,"vocab":{t:i for i,t in enumerate(tokens)},"merges":merges}}
t=Tokenizer.from_str(json.dumps(tj))
texts=["a photo of <my-cat>","<MY-CAT>s here","<my-cat><my-cat>","a<my-cat>b","<Raw> <raw>","x  <left>  y","x  <right>  y","x \u3000<BOTH>\t y","tok tok1 _tok tok- xtok tok","\u0301tok tok\u200d (tok)","W\u00d6RD w\u00f6rd w\u00f6rds Wo\u0308rd.","a   gap b","  gap","<right>   gap x","<right> <left>","<|StartOfText|> <|EndOfText|><|endoftext|>q","e\u0301 \u00c9E\u0301e","<both> <both>","<right>  <both>  <left>","<my-cat","<my-cat>S<my-cat>","","tok\u0915\u093ftok \u0e01tok", "a<\u200dRaw> <Raw>\u0338","<my-cat>\u0338"]
r = random.Random(7)
parts = [c for c, *_ in added] + [" ", "  ", "\t", "\u3000", "a", "b1", "\u0301", "\u0338", "_", "-", "<", "TOK", "<MY-cat>", "\u200d", "e"]
texts += ["".join(r.choice(parts) for _ in range(r.randint(1, 12))) for _ in range(300)]
golden = {
    "added": [
        {"id": t.token_to_id(c), "content": c, "normalized": n, "lstrip": l, "rstrip": r, "single_word": w}
        for c, s, n, l, r, w in added
    ],
    "cases": [{"text": x, "ids": t.encode(x).ids} for x in texts],
}
with open("src-test-data/golden/added_tokens.json", "w", encoding="ascii") as out:
    out.write("{\"added\": " + json.dumps(golden["added"]) + ",\n\"cases\": [\n")
    out.write(",\n".join(json.dumps(case) for case in golden["cases"]))
    out.write("\n]}\n")
