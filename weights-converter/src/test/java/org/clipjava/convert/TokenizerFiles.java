package org.clipjava.convert;

import com.google.gson.Gson;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Writes a vocabulary as the files in which checkpoints have it. */
final class TokenizerFiles {
    private static final Gson GSON = new Gson();
    private static final ClipVocabulary CLIP = ClipVocabulary.builtin();

    private TokenizerFiles() {}

    /** The first merges of CLIP's vocabulary, and thereby a vocabulary of 524 tokens. */
    static List<String> smallMerges() {
        return CLIP.merges().subList(0, 10);
    }

    static List<String> smallTokens() {
        List<String> tokens = new ArrayList<>(CLIP.tokens().subList(0, 522));
        tokens.add("<|startoftext|>");
        tokens.add("<|endoftext|>");
        return tokens;
    }

    /** A {@code tokenizer.json} as the Rust library writes it for CLIP. */
    static JsonObject tokenizerJson(List<String> tokens, List<String> merges) {
        JsonObject tokenizer = JsonParser.parseString(
                        """
                {"version": "1.0", "truncation": null, "padding": null,
                 "added_tokens": [
                  {"id": %d, "content": "<|startoftext|>", "special": true, "normalized": true},
                  {"id": %d, "content": "<|endoftext|>", "special": true, "normalized": false}],
                 "normalizer": {"type": "Sequence", "normalizers": [
                  {"type": "NFC"}, {"type": "Replace", "pattern": {"Regex": "\\\\s+"}, "content": " "},
                  {"type": "Lowercase"}]},
                 "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
                  {"type": "Split", "pattern": {"Regex": "[^\\\\s]+"}, "behavior": "Removed", "invert": true},
                  {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true}]},
                 "model": {"type": "BPE", "dropout": null, "unk_token": "<|endoftext|>",
                  "continuing_subword_prefix": "", "end_of_word_suffix": "</w>", "fuse_unk": false}}
                """.formatted(tokens.indexOf("<|startoftext|>"), tokens.indexOf("<|endoftext|>")))
                .getAsJsonObject();
        JsonArray list = new JsonArray();
        merges.forEach(list::add);
        tokenizer.getAsJsonObject("model").add("vocab", vocab(tokens));
        tokenizer.getAsJsonObject("model").add("merges", list);
        return tokenizer;
    }

    /** Turns each merge {@code "a b"} into {@code ["a", "b"]}, as newer versions write them. */
    static JsonObject withMergePairs(JsonObject tokenizer) {
        JsonArray pairs = new JsonArray();
        tokenizer.getAsJsonObject("model").getAsJsonArray("merges").forEach(merge -> {
            JsonArray pair = new JsonArray();
            for (String token : merge.getAsString().split(" ", -1)) {
                pair.add(token);
            }
            pairs.add(pair);
        });
        tokenizer.getAsJsonObject("model").add("merges", pairs);
        return tokenizer;
    }

    static void writeTokenizerJson(Path folder, JsonObject tokenizer) throws IOException {
        Files.writeString(folder.resolve("tokenizer.json"), GSON.toJson(tokenizer));
    }

    static void writeVocabAndMerges(Path folder, List<String> tokens, List<String> merges) throws IOException {
        Files.writeString(folder.resolve("vocab.json"), GSON.toJson(vocab(tokens)));
        Files.writeString(folder.resolve("merges.txt"), "#version: 0.2\n" + String.join("\n", merges) + "\n");
    }

    private static JsonObject vocab(List<String> tokens) {
        JsonObject vocab = new JsonObject();
        for (int id = 0; id < tokens.size(); id++) {
            vocab.addProperty(tokens.get(id), id);
        }
        return vocab;
    }
}
