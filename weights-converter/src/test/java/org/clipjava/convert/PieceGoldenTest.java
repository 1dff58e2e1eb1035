package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.Gson;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.clipjava.config.AddedToken;
import org.clipjava.config.NormalizerStep;
import org.clipjava.config.PieceRules;
import org.clipjava.config.TextCleaning;
import org.clipjava.testdata.TokenizerFiles;
import org.clipjava.text.PieceTokenizer;
import org.junit.jupiter.api.Test;

/** 149 awkward texts through every kind of tokenizer, against what Rust's tokenizers, SentencePiece and transformers make of them. */
class PieceGoldenTest {
    private static final int LONG = 1 << 16;
    private static final String SHARED = "that of t5";

    @Test
    void unigramsOfATokenizerJsonAreRusts() throws IOException {
        assertAll("tokens.json", tokenizer(json("t5")), golden -> ids(golden, "t5", "tokenizers"));
    }

    @Test
    void unigramsBetweenTwoTokensAreRusts() throws IOException {
        assertAll("tokens.json", tokenizer(json("xlmr")), golden -> ids(golden, "xlmr", "tokenizers"));
    }

    @Test
    void mergesOfATokenizerJsonAreRusts() throws IOException {
        assertAll("tokens.json", ended(json("gemma"), 1), golden -> and(1, ids(golden, "gemma", "tokenizers")));
    }

    @Test
    void unigramsOfAModelAreSentencePieces() throws IOException {
        assertAll("tokens.json", ended(model("t5"), 1), golden -> and(1, ids(golden, "t5", "sentencepiece")));
    }

    @Test
    void mergesOfAModelAreSentencePieces() throws IOException {
        assertAll("tokens.json", ended(model("gemma"), 1), golden -> and(1, ids(golden, "gemma", "sentencepiece")));
    }

    @Test
    void siglipsTokenizerIsTransformers() throws IOException {
        PieceFile model = model("t5");
        PieceRules.SentencePiece rules =
                (PieceRules.SentencePiece) model.config().rules();
        List<AddedToken> added = Stream.of(1, 2)
                .map(id -> new AddedToken(id, false, true, true, false))
                .toList();
        PieceRules siglip = new PieceRules.Siglip(rules.dummyPrefix(), rules.removeExtraWhitespaces());
        assertPadded(model.with(siglip, TextCleaning.NONE, List.of(), List.of(1), added), "siglip_hf", 1);
    }

    @Test
    void siglipsTokenizerInOpenClipIsItsOwn() throws IOException {
        PieceFile json = json("t5");
        PieceRules first = new PieceRules.TokenizerJson(
                ((PieceRules.TokenizerJson) json.config().rules()).normalizer(), PieceRules.Split.MARK_FIRST);
        assertPadded(
                json.with(
                        first,
                        TextCleaning.CANONICAL,
                        List.of(),
                        List.of(1),
                        json.config().added()),
                "siglip_open_clip",
                1);
    }

    @Test
    void siglip2sTokenizerIsTransformers() throws IOException {
        PieceFile json = json("gemma");
        List<NormalizerStep> lower = List.of(NormalizerStep.LOWERCASE, NormalizerStep.SPACE_TO_MARK);
        PieceRules rules = new PieceRules.TokenizerJson(lower, PieceRules.Split.NONE);
        assertPadded(
                json.with(
                        rules,
                        TextCleaning.NONE,
                        List.of(),
                        List.of(1),
                        json.config().added()),
                "siglip2_hf",
                0);
    }

    @Test
    void siglip2sTokenizerOfOldIsTransformersToo() throws IOException {
        PieceFile json = json("gemma");
        assertPadded(
                json.with(
                        json.config().rules(),
                        TextCleaning.NONE,
                        List.of(),
                        List.of(1),
                        json.config().added()),
                "siglip2_hf_before_v5",
                0);
    }

    @Test
    void siglip2sTokenizerInOpenClipIsItsOwn() throws IOException {
        PieceFile json = json("gemma");
        assertPadded(
                json.with(
                        json.config().rules(),
                        TextCleaning.CANONICAL,
                        List.of(),
                        List.of(1),
                        json.config().added()),
                "siglip2_open_clip",
                0);
    }

    /** The goldens are 64 ids, cut behind the first that pads. */
    private static void assertPadded(PieceFile file, String golden, int padding) throws IOException {
        PieceTokenizer tokenizer = new PieceTokenizer(file.vocabulary(), file.config(), 64);
        assertAll("siglip.json", tokenizer, texts -> {
            List<Integer> ids = new ArrayList<>();
            texts.getAsJsonArray(golden).forEach(id -> ids.add(id.getAsInt()));
            if (padding == 0 && ids.getLast() == 0) {
                ids.removeLast();
            }
            return ids;
        });
    }

    /** What no token ends can have none at all, which is no text for a model: so one is put behind both. */
    private static PieceTokenizer ended(PieceFile file, int end) {
        return tokenizer(file.with(
                file.config().rules(),
                TextCleaning.NONE,
                List.of(),
                List.of(end),
                file.config().added()));
    }

    private static List<Integer> and(int end, List<Integer> ids) {
        ids.add(end);
        return ids;
    }

    private static PieceFile json(String name) throws IOException {
        String json = new String(TokenizerFiles.read(name + ".tokenizer.json"), StandardCharsets.UTF_8);
        if (json.contains(SHARED)) {
            // the table of characters, a quarter of a megabyte, is stored once
            String t5 = new String(TokenizerFiles.read("t5.tokenizer.json"), StandardCharsets.UTF_8);
            json = json.replace(
                    SHARED,
                    new Gson()
                            .fromJson(t5, JsonObject.class)
                            .getAsJsonObject("normalizer")
                            .getAsJsonArray("normalizers")
                            .get(0)
                            .getAsJsonObject()
                            .get("precompiled_charsmap")
                            .getAsString());
        }
        return PieceFile.ofTokenizerJson(JsonFields.parse(json.getBytes(StandardCharsets.UTF_8), name));
    }

    private static PieceFile model(String name) throws IOException {
        return PieceFile.ofModel(SentencePieceModel.parse(TokenizerFiles.read(name + ".model"), name));
    }

    private static PieceTokenizer tokenizer(PieceFile file) {
        return new PieceTokenizer(file.vocabulary(), file.config(), LONG);
    }

    private static List<Integer> ids(JsonObject golden, String tokenizer, String by) {
        List<Integer> ids = new ArrayList<>();
        golden.getAsJsonObject(tokenizer).getAsJsonArray(by).forEach(id -> ids.add(id.getAsInt()));
        return ids;
    }

    private static void assertAll(
            String goldens, PieceTokenizer tokenizer, Function<JsonObject, List<Integer>> expected) throws IOException {
        JsonObject file =
                new Gson().fromJson(new String(TokenizerFiles.read(goldens), StandardCharsets.UTF_8), JsonObject.class);
        List<String> wrong = new ArrayList<>();
        int texts = 0;
        for (JsonElement element : file.getAsJsonArray("texts")) {
            JsonObject golden = element.getAsJsonObject();
            String text = golden.get("text").getAsString();
            int[] found = tokenizer.encode(text).ids();
            List<Integer> wanted = expected.apply(golden);
            List<Integer> foundIds = Arrays.stream(found).boxed().toList();
            if (!foundIds.equals(wanted)) {
                wrong.add("'" + text + "': expected " + wanted + ", found " + foundIds);
            }
            texts++;
        }
        assertEquals(149, texts);
        assertTrue(wrong.isEmpty(), wrong.size() + " wrong: " + String.join("\n", wrong));
    }
}
