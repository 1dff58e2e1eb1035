package org.clipjava.server.api;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.clipjava.io.Shown;
import org.clipjava.server.http.ApiException;
import org.clipjava.server.http.JsonBody;
import org.clipjava.server.work.Picture;

/** What is to be encoded, as the APIs spell it. */
final class Inputs {
    /** As OpenAI has it. */
    static final int MOST = 2048;

    /** Some hundred times what a model reads. */
    private static final int LONGEST_TEXT = 100_000;

    private static final String DATA = "data:";

    private final RemotePictures remote;

    Inputs(RemotePictures remote) {
        this.remote = remote;
    }

    /** A text or a picture. */
    sealed interface Input {}

    record Text(String text) implements Input {}

    record Image(Picture picture) implements Input {}

    static Text text(String name, JsonElement element) {
        return text(name, JsonBody.string(name, element));
    }

    static Text text(String name, String text) {
        if (text.isEmpty()) {
            throw ApiException.invalid(name, name + ": expected a text, found an empty one");
        }
        if (text.length() > LONGEST_TEXT) {
            throw ApiException.of(
                    413,
                    "too_large",
                    name + ": expected at most " + LONGEST_TEXT + " characters, found " + text.length());
        }
        return new Text(text);
    }

    /** A picture out of a data URI, an address of one that may be fetched, or base64 alone. */
    Image picture(String name, JsonElement element) {
        return new Image(
                new Picture(pictureBytes(name, JsonBody.string(name, element).strip()), name, false));
    }

    /** {@code "BASE64"}, or {@code {"image": "BASE64"}}, as Hugging Face has it. */
    Image nestedPicture(String name, JsonElement element) {
        return element.isJsonObject()
                ? picture(name + ".image", JsonBody.within(name, element).need("image"))
                : picture(name, element);
    }

    private byte[] pictureBytes(String name, String text) {
        String start = text.substring(0, Math.min(text.length(), 8)).toLowerCase(Locale.ROOT);
        if (start.startsWith("http://") || start.startsWith("https://")) {
            return remote.fetch(name, text);
        }
        if (!start.startsWith(DATA)) {
            return base64(name, text);
        }
        int comma = text.indexOf(',');
        if (comma < 0 || !text.substring(0, comma).toLowerCase(Locale.ROOT).endsWith(";base64")) {
            throw ApiException.invalid(
                    name,
                    name + ": expected a data URI as data:image/png;base64,…, found "
                            + Shown.quoted(text.substring(0, Math.min(text.length(), 40))));
        }
        return base64(name, text.substring(comma + 1));
    }

    private static byte[] base64(String name, String text) {
        if (text.isEmpty()) {
            throw ApiException.invalid(name, name + ": expected a picture, found nothing");
        }
        try {
            return Base64.getMimeDecoder().decode(checked(text));
        } catch (IllegalArgumentException e) {
            throw ApiException.invalid(
                    name,
                    name + ": expected a picture in base64, found "
                            + Shown.quoted(text.substring(0, Math.min(text.length(), 40))));
        }
    }

    /** The decoder leaves out whatever is no base64, so that a text would be a broken picture. */
    private static String checked(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isBase64 = (c >= 'a' && c <= 'z')
                    || (c >= 'A' && c <= 'Z')
                    || (c >= '0' && c <= '9')
                    || c == '+'
                    || c == '/'
                    || c == '='
                    || c == '\n'
                    || c == '\r';
            if (!isBase64) {
                throw new IllegalArgumentException("not base64");
            }
        }
        return text;
    }

    /** Refuses too many inputs. */
    static JsonArray array(String name, JsonElement element) {
        JsonArray array = JsonBody.nonEmpty(name, element);
        checkCount(name, array.size());
        return array;
    }

    static void checkCount(String name, int count) {
        if (count > MOST) {
            throw ApiException.of(413, "too_large", name + ": expected at most " + MOST + " inputs, found " + count);
        }
    }

    /**
     * The one part of a message's or an input's content, for a model of this kind has one embedding for a text and one for a picture, and
     * none for both.
     */
    Input part(String name, JsonElement content) {
        if (!content.isJsonArray()) {
            return text(name, content);
        }
        JsonArray parts = array(name, content);
        if (parts.size() != 1) {
            throw ApiException.invalid(
                    name,
                    name + ": expected one part, a text or a picture, found " + parts.size()
                            + "; this model encodes each by itself, so send them as inputs of their own");
        }
        String where = name + "[0]";
        JsonBody part = JsonBody.within(where, parts.get(0));
        String type = JsonBody.string(where + ".type", part.need("type"));
        return switch (type) {
            case "text", "input_text" -> text(where + ".text", part.need("text"));
            case "image_url", "input_image" -> picture(where + ".image_url", url(part.need("image_url")));
            case "image_base64" -> picture(where + ".image_base64", part.need("image_base64"));
            default ->
                throw ApiException.invalid(
                        where + ".type",
                        where + ".type: expected text, image_url or image_base64, found " + Shown.quoted(type));
        };
    }

    /** {@code {"url": …}}, or the address alone. */
    private static JsonElement url(JsonElement element) {
        return element.isJsonObject() ? JsonBody.within("image_url", element).need("url") : element;
    }

    static List<Input> all(String name, JsonArray array, Reading reading) {
        List<Input> inputs = new ArrayList<>();
        for (int i = 0; i < array.size(); i++) {
            inputs.add(reading.read(name + "[" + i + "]", array.get(i)));
        }
        return inputs;
    }

    /** Reads one input. */
    interface Reading {
        Input read(String name, JsonElement element);
    }
}
