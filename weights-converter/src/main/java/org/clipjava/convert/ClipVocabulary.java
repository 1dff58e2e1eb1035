package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.clipjava.config.AddedToken;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/**
 * The tokens and merges of a CLIP tokenizer: byte-pair encoding over the 256 bytes, each written as one character (the
 * alphabet of GPT-2), with {@code </w>} at the end of a word.
 *
 * <p>One that exists is whole: each byte is a token, with and without {@code </w>}; what a merge joins and what it makes
 * are tokens; and the start and end tokens are there. Immutable and thread-safe.
 */
public final class ClipVocabulary {
    private static final String WORD_END = "</w>";
    private static final String START = "<|startoftext|>";
    private static final String END = "<|endoftext|>";
    private static final String ADDED_TOKENS_DECODER = "added_tokens_decoder";

    /** Entries of CLIP's vocabulary that are no merges: the bytes, the bytes at a word's end, start and end. */
    private static final int BUILTIN_MERGES = 49408 - 256 - 256 - 2;

    private final List<String> tokens;
    private final List<String> merges;
    private final int startToken;
    private final int endToken;
    private final List<AddedToken> added;

    private ClipVocabulary(
            List<String> tokens, List<String> merges, int startToken, int endToken, List<AddedToken> added) {
        this.tokens = List.copyOf(tokens);
        this.merges = List.copyOf(merges);
        this.startToken = startToken;
        this.endToken = endToken;
        this.added = List.copyOf(added);
    }

    /** CLIP's own, of 49,408 tokens, which almost all checkpoints share. */
    public static ClipVocabulary builtin() {
        List<String> merges = new ArrayList<>(BUILTIN_MERGES);
        builtinText().lines().skip(1).limit(BUILTIN_MERGES).forEach(merges::add);
        List<String> tokens = new ArrayList<>();
        List<String> bytes = byteCharacters();
        tokens.addAll(bytes);
        bytes.forEach(character -> tokens.add(character + WORD_END));
        merges.forEach(merge -> tokens.add(merge.replace(" ", "")));
        tokens.add(START);
        tokens.add(END);
        int start = tokens.indexOf(START);
        int end = tokens.indexOf(END);
        return new ClipVocabulary(
                tokens, merges, start, end, List.of(AddedToken.normalized(start), AddedToken.asWritten(end)));
    }

    /** A Hugging Face {@code tokenizer.json}. */
    static ClipVocabulary ofTokenizerJson(Path file) throws IOException {
        return ofTokenizerJson(JsonFields.read(file));
    }

    static ClipVocabulary ofTokenizerJson(JsonFields tokenizer) throws ModelFormatException {
        String file = tokenizer.where();
        JsonFields model = tokenizer.object("model").orElseThrow(() -> tokenizer.expected("model", "an object"));
        String type = model.string("type").orElse("BPE");
        if (!type.equals("BPE")) {
            throw notClips(file, "model.type is " + type);
        }
        String suffix = model.string("end_of_word_suffix").orElse("");
        if (model.mentions("end_of_word_suffix") && !suffix.equals(WORD_END)) {
            throw notClips(file, "model.end_of_word_suffix is \"" + suffix + "\"");
        }
        refuseStepWithout(tokenizer, "normalizer", "Lowercase", file);
        refuseStepWithout(tokenizer, "pre_tokenizer", "ByteLevel", file);

        Map<String, Integer> ids = ids(model.object("vocab").orElseThrow(() -> model.expected("vocab", "an object")));
        Optional<JsonArray> listed = tokenizer.array("added_tokens");
        AddedTokenList added = new AddedTokenList();
        for (JsonElement token : listed.orElseGet(JsonArray::new)) {
            added.add(ids, token, file);
        }
        if (listed.isEmpty()) {
            added.addOfClip(ids);
        }
        JsonArray merges = model.array("merges").orElseThrow(() -> model.expected("merges", "an array"));
        List<String> lines = new ArrayList<>(merges.size());
        for (JsonElement merge : merges) {
            lines.add(merge(merge, lines.size(), file));
        }
        return of(ids, lines, added.inOrder(), file);
    }

    /**
     * The files of the older, Python tokenizer.
     *
     * @param addedTokens {@code added_tokens.json}: tokens beyond the vocabulary, each with its id
     * @param config {@code tokenizer_config.json}, whose {@code added_tokens_decoder} tells how they are looked for
     */
    static ClipVocabulary ofVocabAndMerges(
            Path vocab, Path merges, Optional<Path> addedTokens, Optional<JsonFields> config) throws IOException {
        return ofVocabAndMerges(
                JsonFields.read(vocab),
                JsonFields.text(merges),
                addedTokens.isPresent() ? Optional.of(JsonFields.read(addedTokens.get())) : Optional.empty(),
                config,
                merges.toString());
    }

    /**
     * The same of what stands in them.
     *
     * @param file what messages call that of the merges
     */
    static ClipVocabulary ofVocabAndMerges(
            JsonFields vocab, String merges, Optional<JsonFields> addedTokens, Optional<JsonFields> config, String file)
            throws ModelFormatException {
        Map<String, Integer> ids = ids(vocab);
        AddedTokenList added = new AddedTokenList();
        Optional<JsonFields> decoder =
                config.isPresent() ? config.get().object(ADDED_TOKENS_DECODER) : Optional.empty();
        if (decoder.isPresent()) {
            added.addDecoder(ids, decoder.get());
        } else {
            added.addOfClip(ids);
        }
        if (addedTokens.isPresent()) {
            added.addIds(ids, addedTokens.get());
        }
        List<String> lines = merges.lines()
                .filter(line -> !line.startsWith("#version") && !line.isBlank())
                // Some repositories ship the original file, which goes on after what CLIP uses; Hugging Face cuts there
                // too.
                .limit(BUILTIN_MERGES)
                .toList();
        return of(ids, lines, added.inOrder(), file);
    }

    private static ClipVocabulary of(Map<String, Integer> ids, List<String> merges, List<AddedToken> added, String file)
            throws ModelFormatException {
        String[] byId = new String[ids.size()];
        for (Map.Entry<String, Integer> entry : ids.entrySet()) {
            int id = entry.getValue();
            if (id >= byId.length || byId[id] != null) {
                throw new ModelFormatException("%s: token \"%s\": expected each id from 0 to %d once, found %d"
                        .formatted(file, entry.getKey(), byId.length - 1, id));
            }
            // JSON can spell half of a surrogate pair, which UTF-8 can't.
            boolean halfPair = entry.getKey().codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE);
            if (entry.getKey().isEmpty() || entry.getKey().indexOf('\n') >= 0 || halfPair) {
                throw new ModelFormatException(
                        "%s: token %d: expected text on one line, found \"%s\"".formatted(file, id, entry.getKey()));
            }
            byId[id] = entry.getKey();
        }
        for (String character : byteCharacters()) {
            for (String token : List.of(character, character + WORD_END)) {
                if (!ids.containsKey(token)) {
                    throw notClips(file, "there is no token \"" + token + "\"");
                }
            }
        }
        for (String special : List.of(START, END)) {
            if (!ids.containsKey(special)) {
                throw notClips(file, "there is no token \"" + special + "\"");
            }
        }
        for (int rank = 0; rank < merges.size(); rank++) {
            String[] pair = merges.get(rank).split(" ", -1);
            if (pair.length != 2) {
                throw new ModelFormatException("%s: merge %d: expected two tokens and a space, found \"%s\""
                        .formatted(file, rank, merges.get(rank)));
            }
            for (String token : List.of(pair[0], pair[1], pair[0] + pair[1])) {
                if (!ids.containsKey(token)) {
                    throw new ModelFormatException("%s: merge %d (%s): expected \"%s\" to be a token, found none"
                            .formatted(file, rank, merges.get(rank), token));
                }
            }
        }
        return new ClipVocabulary(
                List.of(byId),
                merges,
                Objects.requireNonNull(ids.get(START)),
                Objects.requireNonNull(ids.get(END)),
                added);
    }

    private static Map<String, Integer> ids(JsonFields vocab) throws ModelFormatException {
        Map<String, Integer> ids = new HashMap<>();
        for (Map.Entry<String, JsonElement> entry : vocab.fields().entrySet()) {
            ids.put(entry.getKey(), id(entry.getValue(), vocab.where() + ": token \"" + entry.getKey() + "\""));
        }
        return ids;
    }

    /** The tokens that are looked for before words are: special ones first, as the reference takes them. */
    private static final class AddedTokenList {
        private final List<AddedToken> special = new ArrayList<>();
        private final List<AddedToken> others = new ArrayList<>();
        private final Set<Integer> known = new HashSet<>();

        List<AddedToken> inOrder() {
            return Stream.concat(special.stream(), others.stream()).toList();
        }

        /** Start and end token, as CLIP's own tokenizer has them. */
        void addOfClip(Map<String, Integer> ids) {
            Optional.ofNullable(ids.get(START)).ifPresent(start -> put(AddedToken.normalized(start), true));
            Optional.ofNullable(ids.get(END)).ifPresent(end -> put(AddedToken.asWritten(end), true));
        }

        private void put(AddedToken token, boolean isSpecial) {
            if (known.add(token.id())) {
                (isSpecial ? special : others).add(token);
            }
        }

        /** Of {@code tokenizer.json}. */
        void add(Map<String, Integer> ids, JsonElement token, String file) throws ModelFormatException {
            JsonObject fields = token.isJsonObject() ? token.getAsJsonObject() : new JsonObject();
            if (!fields.has("content") || !JsonFields.isString(fields.get("content")) || !fields.has("id")) {
                throw new ModelFormatException(file + ": added_tokens: expected objects with id and content, found "
                        + Shown.text(token.toString()));
            }
            String content = fields.get("content").getAsString();
            String where = file + ": added_tokens: " + Shown.quoted(content);
            add(ids, content, id(fields.get("id"), where), JsonFields.of(fields, where), "model.vocab");
        }

        /** Of {@code tokenizer_config.json}: by id. */
        void addDecoder(Map<String, Integer> ids, JsonFields decoder) throws ModelFormatException {
            for (String id : decoder.fields().keySet()) {
                JsonFields token = decoder.object(id).orElseThrow(() -> decoder.expected(id, "an object"));
                String content = token.string("content").orElseThrow(() -> token.expected("content", "a string"));
                if (!id.matches("[0-9]{1,9}")) {
                    throw new ModelFormatException(decoder.where() + ": expected ids, found " + Shown.quoted(id));
                }
                add(ids, content, Integer.parseInt(id), token, "vocab.json");
            }
        }

        /** Of {@code added_tokens.json}, which tells no more than ids. */
        void addIds(Map<String, Integer> ids, JsonFields tokens) throws ModelFormatException {
            for (Map.Entry<String, Integer> token : ids(tokens).entrySet()) {
                add(
                        ids,
                        token.getKey(),
                        token.getValue(),
                        JsonFields.empty(tokens.where() + ": " + Shown.quoted(token.getKey())),
                        "vocab.json");
            }
        }

        private void add(Map<String, Integer> ids, String content, int id, JsonFields flags, String vocabulary)
                throws ModelFormatException {
            Integer before = ids.putIfAbsent(content, id);
            if (before != null && before != id) {
                throw new ModelFormatException(
                        "%s: expected its id of %s, %d, found %d".formatted(flags.where(), vocabulary, before, id));
            }
            if (content.length() > AddedToken.LONGEST) {
                throw new ModelFormatException("%s: expected a token of at most %d characters, found %d"
                        .formatted(flags.where(), AddedToken.LONGEST, content.length()));
            }
            boolean isSpecial = flags.bool("special", false);
            put(
                    new AddedToken(
                            id,
                            flags.bool("normalized", !isSpecial),
                            flags.bool("lstrip", false),
                            flags.bool("rstrip", false),
                            flags.bool("single_word", false)),
                    isSpecial);
        }
    }

    private static int id(JsonElement element, String where) throws ModelFormatException {
        // The digits themselves, since getAsInt would cut 1.5 and wrap 2^32.
        String digits = JsonFields.isNumber(element) ? element.getAsString() : "";
        if (!digits.matches("[0-9]{1,9}")) {
            throw new ModelFormatException(where + ": expected an id, found " + element);
        }
        return Integer.parseInt(digits);
    }

    /** A merge is {@code "a b"}, or {@code ["a", "b"]} where newer versions wrote the file. */
    private static String merge(JsonElement merge, int rank, String file) throws ModelFormatException {
        if (JsonFields.isString(merge)) {
            return merge.getAsString();
        }
        if (merge.isJsonArray() && merge.getAsJsonArray().size() == 2) {
            JsonElement left = merge.getAsJsonArray().get(0);
            JsonElement right = merge.getAsJsonArray().get(1);
            if (JsonFields.isString(left) && JsonFields.isString(right)) {
                return left.getAsString() + " " + right.getAsString();
            }
        }
        throw new ModelFormatException(
                file + ": merge " + rank + ": expected \"a b\" or [\"a\", \"b\"], found " + merge);
    }

    /** A step of the tokenizer that is described must contain this one; a file that is silent about it is believed. */
    private static void refuseStepWithout(JsonFields tokenizer, String step, String type, String file)
            throws ModelFormatException {
        Optional<JsonElement> described = tokenizer.element(step);
        if (tokenizer.mentions(step) && (described.isEmpty() || !containsType(described.get(), type))) {
            throw notClips(file, step + " has no " + type);
        }
    }

    /** Whether the step, or one in its sequence, is of this type. */
    private static boolean containsType(JsonElement step, String type) {
        if (!step.isJsonObject()) {
            return false;
        }
        JsonObject fields = step.getAsJsonObject();
        JsonElement own = fields.get("type");
        if (own != null && JsonFields.isString(own) && own.getAsString().equals(type)) {
            return true;
        }
        for (String list : List.of("normalizers", "pretokenizers")) {
            if (fields.has(list) && fields.get(list).isJsonArray()) {
                for (JsonElement inner : fields.getAsJsonArray(list)) {
                    if (containsType(inner, type)) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    private static ModelFormatException notClips(String file, String reason) {
        return new ModelFormatException(
                "%s: expected CLIP's kind of tokenizer (lower-casing, byte-level BPE with </w>), but %s; only that can be converted"
                        .formatted(file, reason));
    }

    /**
     * The character of each byte, in CLIP's order: first the bytes that Latin-1 prints, as themselves, then the others,
     * as U+0100 and up.
     */
    static List<String> byteCharacters() {
        List<String> printed = new ArrayList<>();
        List<String> others = new ArrayList<>();
        for (int b = 0; b < 256; b++) {
            boolean prints = (b >= '!' && b <= '~') || (b >= 0xA1 && b <= 0xAC) || b >= 0xAE;
            if (prints) {
                printed.add(Character.toString(b));
            } else {
                others.add(Character.toString(256 + others.size()));
            }
        }
        printed.addAll(others);
        return printed;
    }

    private static String builtinText() {
        try (InputStream resource = Objects.requireNonNull(
                        ClipVocabulary.class.getResourceAsStream("bpe_simple_vocab_16e6.txt.gz"));
                InputStream text = new GZIPInputStream(resource)) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("CLIP's vocabulary, which this jar carries, can't be read", e);
        }
    }

    /** The token of each id. */
    public List<String> tokens() {
        return tokens;
    }

    /** The merges as {@code left right}, best rank first. */
    public List<String> merges() {
        return merges;
    }

    /** The id that begins each text. */
    public int startToken() {
        return startToken;
    }

    /** The id that ends each text, at which it is pooled. */
    public int endToken() {
        return endToken;
    }

    /** What is looked for in a text before words are, start and end token among it. */
    public List<AddedToken> added() {
        return added;
    }

    /** The model file's {@code tokenizer.tokens}: UTF-8, each token ended by a line feed. */
    public byte[] tokenLines() {
        return lines(tokens);
    }

    /** The model file's {@code tokenizer.merges}: UTF-8, each merge ended by a line feed. */
    public byte[] mergeLines() {
        return lines(merges);
    }

    private static byte[] lines(List<String> lines) {
        StringBuilder text = new StringBuilder();
        lines.forEach(line -> text.append(line).append('\n'));
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
