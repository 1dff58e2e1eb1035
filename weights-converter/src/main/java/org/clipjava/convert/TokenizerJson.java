package org.clipjava.convert;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.clipjava.config.AddedToken;
import org.clipjava.io.Shown;
import org.clipjava.safetensors.ModelFormatException;

/** The parts of a {@code tokenizer.json} that tokenizers of several kinds have. */
record TokenizerJson(JsonFields file) {

    /** Adds the texts of {@code vocab}, in the order of their ids, and the ids by them. */
    static void vocabulary(JsonFields model, List<String> texts, Map<String, Integer> ids) throws ModelFormatException {
        JsonFields vocab = model.object("vocab").orElseThrow(() -> model.expected("vocab", "an object"));
        String[] byId = new String[vocab.fields().size()];
        for (String text : vocab.fields().keySet()) {
            int id = index(vocab, text);
            if (id >= byId.length || byId[id] != null) {
                throw new ModelFormatException("%s: %s: expected each id from 0 to %d once, found %d"
                        .formatted(vocab.where(), Shown.quoted(text), byId.length - 1, id));
            }
            byId[id] = text;
            ids.put(text, id);
        }
        texts.addAll(Arrays.asList(byId));
    }

    /** Those behind the pieces are put behind them. */
    List<AddedToken> added(List<String> texts, Map<String, Integer> ids) throws ModelFormatException {
        SequencedMap<Integer, AddedToken> tokens = new LinkedHashMap<>();
        for (JsonElement element : file.array("added_tokens").orElseGet(JsonArray::new)) {
            if (!element.isJsonObject()) {
                throw file.expected("added_tokens", "objects");
            }
            JsonFields token = JsonFields.of(element.getAsJsonObject(), file.where() + ": added_tokens");
            String content = token.string("content").orElseThrow(() -> token.expected("content", "a string"));
            int id = index(token, "id");
            if (id == texts.size()) {
                texts.add(content);
                ids.put(content, id);
            }
            if (id > texts.size() || !texts.get(id).equals(content)) {
                throw new ModelFormatException("%s: %s: expected the id that the vocabulary gives it, found %d"
                        .formatted(token.where(), Shown.quoted(content), id));
            }
            if (content.isEmpty() || content.length() > AddedToken.LONGEST) {
                throw new ModelFormatException("%s: id %d: expected 1 to %d characters, found %d"
                        .formatted(token.where(), id, AddedToken.LONGEST, content.length()));
            }
            tokens.putIfAbsent(
                    id,
                    new AddedToken(
                            id,
                            token.bool("normalized", !token.bool("special", false)),
                            token.bool("lstrip", false),
                            token.bool("rstrip", false),
                            token.bool("single_word", false)));
        }
        return List.copyOf(tokens.values());
    }

    static int index(JsonFields fields, String key) throws ModelFormatException {
        JsonElement element = fields.element(key).orElseThrow(() -> fields.expected(key, "an id"));
        String digits = JsonFields.isNumber(element) ? element.getAsString() : "";
        if (!digits.matches("[0-9]{1,9}")) {
            throw fields.expected(key, "an id");
        }
        return Integer.parseInt(digits);
    }

    /** A step, or the steps of a sequence, or of sequences in it. */
    List<JsonFields> sequence(String key, String inner) throws ModelFormatException {
        Optional<JsonFields> step = file.object(key);
        if (step.isEmpty()) {
            return List.of();
        }
        return flattened(step.get(), inner);
    }

    private static List<JsonFields> flattened(JsonFields step, String inner) throws ModelFormatException {
        if (!type(step).equals("Sequence")) {
            return List.of(step);
        }
        List<JsonFields> steps = new ArrayList<>();
        for (JsonElement element : step.array(inner).orElseThrow(() -> step.expected(inner, "an array"))) {
            if (!element.isJsonObject()) {
                throw step.expected(inner, "objects");
            }
            // one level: a sequence in a sequence is refused by its name
            steps.add(JsonFields.of(element.getAsJsonObject(), step.where() + ": " + inner));
        }
        return steps;
    }

    static String type(JsonFields step) throws ModelFormatException {
        return step.string("type").orElseThrow(() -> step.expected("type", "a string"));
    }

    /** Adds what the file puts before a text and behind it. */
    void template(Map<String, Integer> ids, List<Integer> begin, List<Integer> end) throws ModelFormatException {
        for (JsonFields processor : sequence("post_processor", "processors")) {
            if (type(processor).equals("BertProcessing") || type(processor).equals("RobertaProcessing")) {
                begin.add(token(processor, "cls", ids));
                end.add(token(processor, "sep", ids));
                continue;
            }
            if (!type(processor).equals("TemplateProcessing")) {
                throw processor.expected("type", "TemplateProcessing");
            }
            boolean behind = false;
            for (JsonElement element :
                    processor.array("single").orElseThrow(() -> processor.expected("single", "an array"))) {
                JsonFields part = JsonFields.of(
                        element.isJsonObject() ? element.getAsJsonObject() : new JsonObject(),
                        processor.where() + ": single");
                Optional<JsonFields> special = part.object("SpecialToken");
                if (special.isEmpty()) {
                    behind = true;
                    continue;
                }
                Integer id = ids.get(special.get().string("id").orElse(""));
                if (id == null) {
                    throw special.get().expected("id", "a token");
                }
                (behind ? end : begin).add(id);
            }
        }
    }

    /** A token of BERT's, with its id behind it. */
    private static int token(JsonFields processor, String key, Map<String, Integer> ids) throws ModelFormatException {
        JsonArray pair = processor.array(key).orElseGet(JsonArray::new);
        Integer id = pair.isEmpty() || !JsonFields.isString(pair.get(0))
                ? null
                : ids.get(pair.get(0).getAsString());
        if (id == null) {
            throw processor.expected(key, "a token and its id");
        }
        return id;
    }
}
