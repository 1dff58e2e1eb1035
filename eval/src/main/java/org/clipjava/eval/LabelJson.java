package org.clipjava.eval;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.Strictness;
import com.google.gson.TypeAdapter;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.clipjava.io.Shown;

/**
 * Labels as tools around CLIP keep them in JSON.
 *
 * <ul>
 *   <li>a list of texts: the labels;
 *   <li>{@code {"0": "tench", "1": "goldfish"}}, by index;
 *   <li>{@code {"0": ["n01440764", "tench"]}}, by index, with a folder's name before the label;
 *   <li>{@code {"n01440764": "tench"}}, by folder;
 *   <li>{@code {"tench": 0}}, with the index behind;
 *   <li>an object of one list.
 * </ul>
 *
 * @param labels in their order
 * @param byName label of each folder or index; empty where there are none
 */
record LabelJson(List<String> labels, Map<String, String> byName) {
    private static final TypeAdapter<JsonElement> STRICT =
            new GsonBuilder().setStrictness(Strictness.STRICT).create().getAdapter(JsonElement.class);

    LabelJson {
        labels = List.copyOf(labels);
        byName = Map.copyOf(byName);
    }

    /** Whether a text looks like JSON and not like lines of labels. */
    static boolean is(String text) {
        String start = text.stripLeading();
        return start.startsWith("[") || start.startsWith("{");
    }

    /**
     * Reads a text.
     *
     * @param where what messages begin with
     */
    static LabelJson parse(String where, String text) throws DatasetException {
        JsonElement element;
        try {
            element = STRICT.fromJson(text);
        } catch (JsonParseException | IOException e) {
            throw new DatasetException(
                    where + ": begins as JSON does and is none; expected one label a line, or a JSON list of texts", e);
        }
        if (element != null && element.isJsonArray()) {
            return new LabelJson(texts(where, element.getAsJsonArray()), Map.of());
        }
        if (element != null
                && element.isJsonObject()
                && !element.getAsJsonObject().isEmpty()) {
            return ofObject(where, element.getAsJsonObject());
        }
        throw malformed(where, text);
    }

    private static LabelJson ofObject(String where, JsonObject object) throws DatasetException {
        boolean byIndex = object.keySet().stream().allMatch(key -> key.matches("\\d{1,9}"));
        List<Map.Entry<String, JsonElement>> members = new ArrayList<>(object.entrySet());
        if (byIndex) {
            members.sort(Comparator.comparingInt(member -> Integer.parseInt(member.getKey())));
        }
        Map<String, String> byName = new LinkedHashMap<>();
        if (all(members, LabelJson::isText)) {
            members.forEach(
                    member -> byName.put(member.getKey(), member.getValue().getAsString()));
            return new LabelJson(List.copyOf(byName.values()), byName);
        }
        if (byIndex && all(members, LabelJson::isPair)) {
            List<String> labels = new ArrayList<>();
            for (Map.Entry<String, JsonElement> member : members) {
                JsonArray pair = member.getValue().getAsJsonArray();
                labels.add(pair.get(1).getAsString());
                byName.put(pair.get(0).getAsString(), pair.get(1).getAsString());
            }
            return new LabelJson(labels, byName);
        }
        if (all(members, LabelJson::isNumber)) {
            members.sort(Comparator.comparingDouble(member -> member.getValue().getAsDouble()));
            return new LabelJson(members.stream().map(Map.Entry::getKey).toList(), Map.of());
        }
        if (all(members, JsonElement::isJsonArray)) {
            if (members.size() == 1) {
                return new LabelJson(texts(where, members.getFirst().getValue().getAsJsonArray()), Map.of());
            }
            throw new DatasetException(where + ": holds " + members.size() + " lists, "
                    + members.stream()
                            .limit(4)
                            .map(member -> Shown.text(member.getKey()))
                            .collect(Collectors.joining(", "))
                    + (members.size() > 4 ? ", …" : "") + "; save the one that you mean as a file of its own");
        }
        throw malformed(where, object.toString());
    }

    private static boolean all(List<Map.Entry<String, JsonElement>> members, Predicate<JsonElement> test) {
        return members.stream().map(Map.Entry::getValue).allMatch(test);
    }

    private static boolean isText(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isString();
    }

    private static boolean isNumber(JsonElement element) {
        return element.isJsonPrimitive() && element.getAsJsonPrimitive().isNumber();
    }

    private static boolean isPair(JsonElement element) {
        return element.isJsonArray()
                && element.getAsJsonArray().size() == 2
                && isText(element.getAsJsonArray().get(0))
                && isText(element.getAsJsonArray().get(1));
    }

    private static List<String> texts(String where, JsonArray array) throws DatasetException {
        List<String> texts = new ArrayList<>();
        for (JsonElement element : array) {
            if (!isText(element)) {
                throw new DatasetException(where + ": expected a list of texts, found " + Shown.text(element.toString())
                        + " in place " + (texts.size() + 1));
            }
            texts.add(element.getAsString());
        }
        return texts;
    }

    private static DatasetException malformed(String where, String found) {
        return new DatasetException(where + ": expected a list of texts, found " + Shown.text(found));
    }
}
