package org.clipjava.convert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.clipjava.config.AddedToken;
import org.clipjava.io.Sha256;
import org.clipjava.safetensors.ModelFormatException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClipVocabularyTest {
    @TempDir
    Path folder;

    @Test
    void carriesTheOriginalMerges() {
        assertEquals(
                "d308b7377a8ceaa9707a21614fe8c831b9196e197b7aeb69833359362907af02",
                Sha256.of(ClipVocabulary.builtin().mergeLines()));
    }

    @Test
    void numbersTheTokensAsClipDoes() {
        List<String> tokens = ClipVocabulary.builtin().tokens();
        assertEquals(49408, tokens.size());
        assertEquals(49408, new HashSet<>(tokens).size());
        assertEquals("!", tokens.get(0));
        assertEquals("\u00a1", tokens.get(94));
        assertEquals("\u0100", tokens.get(188));
        assertEquals("!</w>", tokens.get(256));
        assertEquals("in", tokens.get(512));
        assertEquals("cat</w>", tokens.get(2368));
        assertEquals("<|startoftext|>", tokens.get(ClipVocabulary.builtin().startToken()));
        assertEquals(49406, ClipVocabulary.builtin().startToken());
        assertEquals(49407, ClipVocabulary.builtin().endToken());
    }

    @Test
    void writesOneTokenALine() {
        String lines = new String(ClipVocabulary.builtin().tokenLines(), StandardCharsets.UTF_8);
        assertEquals(ClipVocabulary.builtin().tokens(), lines.lines().toList());
        assertTrue(lines.endsWith("<|endoftext|>\n"));
    }

    @Tag("thorough")
    @Test
    void readsTheSameFromEachKindOfFile() throws IOException {
        ClipVocabulary builtin = ClipVocabulary.builtin();
        JsonObject tokenizer = TokenizerFiles.tokenizerJson(builtin.tokens(), builtin.merges());
        assertSame(builtin, read(tokenizer));
        assertSame(builtin, read(TokenizerFiles.withMergePairs(tokenizer)));
        TokenizerFiles.writeVocabAndMerges(folder, builtin.tokens(), builtin.merges());
        assertSame(builtin, vocabAndMerges(Optional.empty(), Optional.empty()));
    }

    @Test
    void cutsTheOriginalMergesFileWhereClipEnds() throws IOException {
        ClipVocabulary builtin = ClipVocabulary.builtin();
        List<String> longer = new ArrayList<>(builtin.merges());
        longer.add("no such");
        TokenizerFiles.writeVocabAndMerges(folder, builtin.tokens(), longer);
        assertSame(builtin, vocabAndMerges(Optional.empty(), Optional.empty()));
    }

    @Test
    void takesSpecialTokensThatOnlyTheAddedOnesList() throws IOException {
        JsonObject tokenizer = small();
        model(tokenizer).getAsJsonObject("vocab").remove("<|startoftext|>");
        model(tokenizer).getAsJsonObject("vocab").remove("<|endoftext|>");
        assertEquals(TokenizerFiles.smallTokens(), read(tokenizer).tokens());
    }

    @Test
    void believesAFileThatIsSilentAboutItsSteps() throws IOException {
        JsonObject tokenizer = small();
        for (String step : List.of("normalizer", "pre_tokenizer")) {
            tokenizer.remove(step);
        }
        model(tokenizer).remove("type");
        model(tokenizer).remove("end_of_word_suffix");
        assertEquals(TokenizerFiles.smallMerges(), read(tokenizer).merges());
    }

    @Test
    void refusesOtherKindsOfTokenizer() {
        assertRefused("but model.type is WordPiece", t -> model(t).addProperty("type", "WordPiece"));
        assertRefused(
                "but model.end_of_word_suffix is \"\"", t -> model(t).add("end_of_word_suffix", JsonNull.INSTANCE));
        assertRefused("but normalizer has no Lowercase", t -> t.add("normalizer", JsonNull.INSTANCE));
        assertRefused(
                "but pre_tokenizer has no ByteLevel",
                t -> t.add("pre_tokenizer", JsonParser.parseString("{\"type\": \"Whitespace\"}")));
    }

    @Test
    void refusesAVocabularyWithoutAByte() {
        assertRefused("there is no token \"a</w>\"", t -> rename(t, "a</w>", "other"));
        assertRefused("there is no token \"\u0100\"", t -> rename(t, "\u0100", "other"));
    }

    @Test
    void refusesAVocabularyWithoutStartOrEnd() {
        assertRefused("there is no token \"<|endoftext|>\"", t -> {
            rename(t, "<|endoftext|>", "</s>");
            t.remove("added_tokens");
        });
    }

    @Test
    void refusesIdsWithGaps() {
        assertRefused(
                "token \"a\": expected each id from 0 to 523 once, found 524",
                t -> model(t).getAsJsonObject("vocab").addProperty("a", 524));
        assertRefused(
                "expected each id from 0 to 523 once, found 1",
                t -> model(t).getAsJsonObject("vocab").addProperty("a", 1));
    }

    @Test
    void refusesIdsThatAreNone() {
        for (Number id : List.of(-1, 1.5, 4294967296L)) {
            assertRefused(
                    "token \"a\": expected an id, found " + id,
                    t -> model(t).getAsJsonObject("vocab").addProperty("a", id));
        }
    }

    @Test
    void refusesAnAddedTokenWithAnotherId() {
        assertRefused(
                "added_tokens: \"<|endoftext|>\": expected its id of model.vocab, 523, found 522",
                t -> t.getAsJsonArray("added_tokens").get(1).getAsJsonObject().addProperty("id", 522));
    }

    @Test
    void refusesMergesOfUnknownTokens() {
        assertRefused(
                "merge 10 (a zz): expected \"zz\" to be a token", t -> merges(t).add("a zz"));
        assertRefused(
                "merge 10 (q q): expected \"qq\" to be a token", t -> merges(t).add("q q"));
    }

    @Test
    void refusesMergesThatAreNoPairs() {
        assertRefused(
                "merge 10: expected two tokens and a space, found \"a\"",
                t -> merges(t).add("a"));
        assertRefused(
                "merge 10: expected two tokens and a space, found \"a b c\"",
                t -> merges(t).add("a b c"));
        assertRefused(
                "merge 10: expected \"a b\" or [\"a\", \"b\"], found 7",
                t -> merges(t).add(7));
        assertRefused(
                "merge 10: expected \"a b\" or [\"a\", \"b\"], found [\"a\"]",
                t -> merges(t).add(JsonParser.parseString("[\"a\"]")));
    }

    @Test
    void refusesTokensThatAModelFileCantHold() {
        assertRefused("token 523: expected text on one line", t -> {
            t.remove("added_tokens");
            rename(t, "<|endoftext|>", "a\nb");
        });
        assertRefused("token 523: expected text on one line", t -> {
            t.remove("added_tokens");
            rename(t, "<|endoftext|>", "\ud800");
        });
    }

    @Test
    void refusesWhatIsNoTokenizer() {
        assertRefused("model: expected an object, found nothing", t -> t.remove("model"));
        assertRefused("model: vocab: expected an object, found nothing", t -> model(t).remove("vocab"));
        assertRefused("model: merges: expected an array, found nothing", t -> model(t).remove("merges"));
        assertRefused(
                "added_tokens: expected objects with id and content, found 1",
                t -> t.getAsJsonArray("added_tokens").add(1));
    }

    private ClipVocabulary vocabAndMerges(Optional<String> addedTokens, Optional<String> config) throws IOException {
        Optional<Path> added = Optional.empty();
        if (addedTokens.isPresent()) {
            added = Optional.of(Files.writeString(folder.resolve("added_tokens.json"), addedTokens.get()));
        }
        Optional<JsonFields> fields = Optional.empty();
        if (config.isPresent()) {
            fields = Optional.of(
                    JsonFields.read(Files.writeString(folder.resolve("tokenizer_config.json"), config.get())));
        }
        return ClipVocabulary.ofVocabAndMerges(
                folder.resolve("vocab.json"), folder.resolve("merges.txt"), added, fields);
    }

    @Test
    void readsHowAddedTokensAreLookedFor() throws IOException {
        JsonObject tokenizer = small();
        JsonArray added = tokenizer.getAsJsonArray("added_tokens");
        added.add(JsonParser.parseString("""
            {"id": 524, "content": "<my-cat>", "single_word": false, "lstrip": true, "rstrip": false,
             "normalized": true, "special": false}\
            """));
        added.add(JsonParser.parseString("{\"id\": 525, \"content\": \"<s>\", \"special\": true}"));
        added.add(
                JsonParser.parseString("{\"id\": 526, \"content\": \"<x>\", \"single_word\": true, \"rstrip\": true}"));
        ClipVocabulary vocabulary = read(tokenizer);
        assertEquals("<my-cat>", vocabulary.tokens().get(524));
        assertEquals(
                List.of(
                        AddedToken.normalized(522),
                        AddedToken.asWritten(523),
                        AddedToken.asWritten(525),
                        new AddedToken(524, true, true, false, false),
                        new AddedToken(526, true, false, true, true)),
                vocabulary.added());
        assertEquals(523, vocabulary.endToken());
    }

    @Test
    void readsTheAddedTokensOfTheOlderFiles() throws IOException {
        TokenizerFiles.writeVocabAndMerges(folder, TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
        ClipVocabulary ids = vocabAndMerges(Optional.of("{\"<my-cat>\": 524}"), Optional.empty());
        assertEquals("<my-cat>", ids.tokens().get(524));
        assertEquals(
                List.of(AddedToken.normalized(522), AddedToken.asWritten(523), AddedToken.normalized(524)),
                ids.added());

        ClipVocabulary decoder = vocabAndMerges(Optional.of("{\"<my-cat>\": 524}"), Optional.of("""
            {"added_tokens_decoder": {
              "0": {"content": "!", "normalized": false, "special": true},
              "522": {"content": "<|startoftext|>", "normalized": true, "special": true},
              "523": {"content": "<|endoftext|>", "normalized": false, "special": true},
              "524": {"content": "<my-cat>", "normalized": false, "rstrip": true, "special": false}}}\
            """));
        assertEquals(
                List.of(
                        AddedToken.asWritten(0),
                        AddedToken.normalized(522),
                        AddedToken.asWritten(523),
                        new AddedToken(524, false, false, true, false)),
                decoder.added());
    }

    @Test
    void refusesAddedTokensThatMakeNoSense() throws IOException {
        assertRefused(
                "added_tokens: \"<|endoftext|>\": lstrip: expected true or false, found 1",
                t -> t.getAsJsonArray("added_tokens").get(1).getAsJsonObject().addProperty("lstrip", 1));
        assertRefused(
                "expected a token of at most 512 characters, found 513",
                t -> t.getAsJsonArray("added_tokens")
                        .add(JsonParser.parseString("{\"id\": 524, \"content\": \"" + "x".repeat(513) + "\"}")));
        TokenizerFiles.writeVocabAndMerges(folder, TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
        ModelFormatException e = assertThrows(
                ModelFormatException.class, () -> vocabAndMerges(Optional.of("{\"!\": 524}"), Optional.empty()));
        assertEquals(
                folder.resolve("added_tokens.json") + ": \"!\": expected its id of vocab.json, 0, found 524",
                e.getMessage());
    }

    private void assertRefused(String expected, Consumer<JsonObject> change) {
        JsonObject tokenizer = small();
        change.accept(tokenizer);
        String message =
                assertThrows(ModelFormatException.class, () -> read(tokenizer)).getMessage();
        assertTrue(message.startsWith(folder.resolve("tokenizer.json") + ": "), message);
        assertTrue(message.contains(expected), message);
        assertEquals(1, message.lines().count(), message);
    }

    private static JsonObject small() {
        return TokenizerFiles.tokenizerJson(TokenizerFiles.smallTokens(), TokenizerFiles.smallMerges());
    }

    private static JsonObject model(JsonObject tokenizer) {
        return tokenizer.getAsJsonObject("model");
    }

    private static JsonArray merges(JsonObject tokenizer) {
        return model(tokenizer).getAsJsonArray("merges");
    }

    private static void rename(JsonObject tokenizer, String token, String name) {
        JsonObject vocab = model(tokenizer).getAsJsonObject("vocab");
        vocab.add(name, vocab.remove(token));
    }

    private ClipVocabulary read(JsonObject tokenizer) throws IOException {
        Path file = folder.resolve("tokenizer.json");
        // gson writes half of a surrogate pair as it is, which UTF-8 can't; JSON has an escape for it.
        Files.writeString(file, tokenizer.toString().replace("\ud800", "\\ud800"));
        return ClipVocabulary.ofTokenizerJson(file);
    }

    private static void assertSame(ClipVocabulary expected, ClipVocabulary found) {
        assertEquals(expected.tokens(), found.tokens());
        assertEquals(expected.merges(), found.merges());
        assertEquals(expected.startToken(), found.startToken());
        assertEquals(expected.endToken(), found.endToken());
        assertEquals(expected.added(), found.added());
    }
}
