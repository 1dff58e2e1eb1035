package org.clipjava.testdata;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file that is given as a model and is none.
 *
 * @param name what is wrong, for people
 * @param bytes the whole file
 * @param message what the refusal says behind the file's name, or a part of that
 */
public record BadModelFile(String name, byte[] bytes, String message) {
    private static final String A = "\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}";

    /** Files that are wrong whatever a model file has to hold. */
    public static List<BadModelFile> ofNoModel() {
        List<BadModelFile> files = new ArrayList<>();
        files.add(new BadModelFile("empty", new byte[0], "expected a safetensors file, found 0 bytes"));
        files.add(new BadModelFile("7 bytes", new byte[7], "expected a safetensors file, found 7 bytes"));
        files.add(new BadModelFile(
                "header length 2^64-1",
                length(-1, 16),
                "byte 0: expected a header of at most 100000000 bytes, found 18446744073709551615"));
        files.add(new BadModelFile(
                "header length 100 MB + 1",
                length(100_000_001, 16),
                "byte 0: expected a header of at most 100000000 bytes, found 100000001"));
        files.add(new BadModelFile(
                "header beyond the file",
                length(100_000_000, 16),
                "byte 0: the header takes 100000000 bytes, but the file ends after 16"));
        byte[] notUtf8 = file("{\"x?\":{}}", 0);
        notUtf8[11] = (byte) 0x80;
        files.add(new BadModelFile("header not UTF-8", notUtf8, "byte 11: expected UTF-8, found byte 0x80"));
        files.add(header("header not JSON", "{dtype: F32}", 0, "byte 9: expected a tensor's name, found 'd'"));
        files.add(header(
                "header 10,000 deep",
                "{\"a\":" + "{\"a\":".repeat(10_000) + "1" + "}".repeat(10_001),
                0,
                "byte 14: tensor \"a\": expected the keys dtype, shape and data_offsets, found \"a\""));
        files.add(header("key twice", "{" + A + "," + A + "}", 8, "tensor \"a\": the name is there twice"));
        files.add(header(
                "key twice by an escape",
                "{" + A + "," + A.replace("\"a\"", "\"\\u0061\"") + "}",
                8,
                "tensor \"a\": the name is there twice"));
        files.add(header(
                "hole",
                "{" + A + "," + other(9, 17) + "}",
                17,
                "tensor \"b\": data_offsets begin at 9 and leave a hole: the data before ends at 8"));
        files.add(header(
                "overlap",
                "{" + A + "," + other(4, 12) + "}",
                12,
                "tensor \"b\": data_offsets begin at 4 and overlap tensor \"a\", which ends at 8"));
        files.add(header(
                "trailing bytes",
                "{" + A + "}",
                9,
                "expected the file to end after the last tensor, found 1 more bytes"));
        files.add(header(
                "2 bytes short",
                "{" + A + "}",
                6,
                "tensor \"a\": data_offsets end at 8, but the file holds 6 bytes of data; it is cut short"));
        files.add(of("offset negative", "[0,8]", "[-8,0]", "data_offsets: expected a plain integer, not negative"));
        files.add(of("offset fractional", "[0,8]", "[0,8.0]", "data_offsets: expected a plain integer"));
        files.add(of(
                "offset beyond 2^63",
                "[0,8]",
                "[0,9223372036854775808]",
                "data_offsets: expected at most 2^63 - 1, found a larger number"));
        files.add(of("shape overflow", "[2]", "[4294967296,4294967296]", "the size of F32 [4294967296, 4294967296]"));
        files.add(of(
                "shape of 10,000 dimensions", "[2]", "[" + "2,".repeat(9_999) + "2]", "the size of F32 [2, 2, 2, 2"));
        files.add(of("size not shape x type", "[2]", "[3]", "data_offsets [0, 8] span 8 bytes, but F32 [3] takes 12"));
        files.add(of("unknown type", "F32", "F128", "the type \"F128\" is not known"));
        files.add(header(
                "metadata that is no string",
                "{\"__metadata__\":{\"k\":1}}",
                0,
                "__metadata__: expected a string for \"k\", found '1'"));
        files.add(new BadModelFile(
                "a pickle",
                HexFormat.of().parseHex("8002637468656461746574696d650a646174650a71002e0000000000"),
                "expected a safetensors file, found a pickle, as PyTorch writes it; convert it first"));
        files.add(new BadModelFile(
                "a zip",
                HexFormat.of().parseHex("504b03040a00000000000000210000000000000000000000000000000000"),
                "expected a safetensors file, found a zip archive, as PyTorch writes it; convert it first"));
        files.add(new BadModelFile(
                "an HTML error page",
                "<!DOCTYPE html><html><title>404 Not Found</title></html>".getBytes(StandardCharsets.US_ASCII),
                "expected a safetensors file, found a web page; download it again"));
        files.add(new BadModelFile(
                "a Git LFS pointer",
                "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 605157884\n"
                        .getBytes(StandardCharsets.US_ASCII),
                "expected a safetensors file, found a Git LFS pointer to one; fetch it with git lfs pull"));
        files.add(header(
                "a safetensors file of something else",
                "{" + A + "}",
                8,
                "metadata has no clip.format_version; expected a model file made by 'clip convert'"));
        return List.copyOf(files);
    }

    /**
     * Models that one change has made unusable.
     *
     * @param model a model file whose image tower has 2 blocks or more, stored as f32
     */
    public static List<BadModelFile> of(byte[] model) {
        Edited valid = Edited.of(model);
        List<BadModelFile> files = new ArrayList<>();
        files.add(valid.renamed("vision.ln_pre.bias", "vision.ln_pre.blas")
                .bad("a tensor is missing", "vision.ln_pre.bias: missing, expected ["));
        files.add(valid.with("vision.extra", "U8", "1").bad("an extra tensor", "vision.extra: unexpected tensor"));
        files.add(valid.transposed("vision.position_embedding")
                .bad(
                        "a transposed tensor",
                        "vision.position_embedding: expected [" + valid.shape("vision.position_embedding")
                                + "], found F32 ["));
        files.add(valid.with("vision.extra", "U8", "1" + ",1".repeat(9_999))
                .bad("a tensor of 10,000 dimensions", "vision.extra: unexpected tensor"));
        files.add(valid.with("text.blocks.0.mlp.fc1.weight", 5, Float.NaN)
                .bad(
                        "NaN in a matrix",
                        "text.blocks.0.mlp.fc1.weight: expected finite numbers, found NaN at element 5"));
        files.add(valid.with("vision.class_embedding", 1, Float.POSITIVE_INFINITY)
                .bad(
                        "infinity in a vector",
                        "vision.class_embedding: expected finite numbers, found Infinity at element 1"));
        files.add(valid.with("logit_scale", 0, Float.NaN)
                .bad("NaN as logit scale", "logit_scale: expected finite numbers, found NaN at element 0"));
        files.add(valid.with("logit_scale", 0, 1000)
                .bad("a logit scale beyond floats", "logit_scale: expected a logarithm of about 4.6, found 1000.0"));
        files.add(valid.metadata("clip.vision.heads", "0").bad("0 heads", "metadata clip.vision.heads: expected 1 to"));
        files.add(valid.metadata("clip.text.layers", "1000000000")
                .bad("10^9 layers", "metadata clip.text.layers: expected 1 to 1024, found 1000000000"));
        files.add(valid.metadata("clip.vision.patch_size", "0").bad("patch 0", "patch_size: expected 1 to"));
        files.add(valid.metadata("clip.vision.width", "99999999999999999999")
                .bad(
                        "a width beyond 2^31",
                        "metadata clip.vision.width: expected an integer, found '99999999999999999999'"));
        files.add(valid.metadata("clip.text.vocabulary_size", "16777216")
                .bad("vocabulary mismatch", "text.token_embedding: expected [16777216, "));
        // Format 1 has one epsilon for both towers, format 2 one for each.
        for (String key : valid.keysEndingIn("layer_norm_eps")) {
            files.add(valid.metadata(key, "NaN")
                    .bad("NaN as " + key, "metadata " + key + ": expected a number in (0, 1), found NaN"));
        }
        files.add(valid.metadata("clip.template", "a photo")
                .bad("a template without slot", "metadata clip.template: template 'a photo': expected one slot"));
        files.add(valid.metadata("clip.image.crop", "99999x99999")
                .bad("a crop of 10^10 pixels", "clip.image.crop: expected a size of 1 to"));
        return List.copyOf(files);
    }

    @Override
    public String toString() {
        return name;
    }

    private static BadModelFile header(String name, String header, int dataBytes, String message) {
        return new BadModelFile(name, file(header, dataBytes), message);
    }

    private static BadModelFile of(String name, String part, String replacement, String message) {
        return header(name, "{" + A.replace(part, replacement) + "}", 8, "tensor \"a\": " + message);
    }

    private static String other(int begin, int end) {
        return "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[" + begin + "," + end + "]}";
    }

    private static byte[] length(long length, int more) {
        return ByteBuffer.allocate(Long.BYTES + more)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(length)
                .array();
    }

    private static byte[] file(String header, int dataBytes) {
        return file(header, new byte[dataBytes]);
    }

    private static byte[] file(String header, byte[] data) {
        byte[] utf8 = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(Long.BYTES + utf8.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(utf8.length)
                .put(utf8)
                .put(data)
                .array();
    }

    /** A model file's header as text, and its data. */
    private record Edited(String header, byte[] data) {
        static Edited of(byte[] file) {
            ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
            int end = Long.BYTES + Math.toIntExact(bytes.getLong());
            return new Edited(
                    new String(file, Long.BYTES, end - Long.BYTES, StandardCharsets.UTF_8).strip(),
                    Arrays.copyOfRange(file, end, file.length));
        }

        BadModelFile bad(String name, String message) {
            return new BadModelFile(name, file(header, data), message);
        }

        Edited renamed(String tensor, String other) {
            return new Edited(replaced("\"" + tensor + "\":", "\"" + other + "\":"), data);
        }

        /** The keys of metadata that end so. */
        List<String> keysEndingIn(String end) {
            List<String> keys = Pattern.compile("\"(clip\\.[a-z_.]*" + Pattern.quote(end) + ")\":\"")
                    .matcher(header)
                    .results()
                    .map(found -> found.group(1))
                    .toList();
            if (keys.isEmpty()) {
                throw new IllegalStateException("no metadata that ends in " + end);
            }
            return keys;
        }

        Edited metadata(String key, String value) {
            Matcher entry =
                    Pattern.compile("\"" + Pattern.quote(key) + "\":\"[^\"]*\"").matcher(header);
            if (!entry.find()) {
                throw new IllegalStateException("no metadata " + key);
            }
            return new Edited(entry.replaceFirst(Matcher.quoteReplacement("\"" + key + "\":\"" + value + "\"")), data);
        }

        /** With a tensor of one byte more at the end. */
        Edited with(String tensor, String dtype, String shape) {
            String description = ",\"%s\":{\"dtype\":\"%s\",\"shape\":[%s],\"data_offsets\":[%d,%d]}}"
                    .formatted(tensor, dtype, shape, data.length, data.length + 1);
            return new Edited(
                    header.substring(0, header.length() - 1) + description, Arrays.copyOf(data, data.length + 1));
        }

        Edited with(String tensor, int element, float value) {
            byte[] changed = data.clone();
            int begin = Integer.parseInt(description(tensor).group(2));
            ByteBuffer.wrap(changed).order(ByteOrder.LITTLE_ENDIAN).putFloat(begin + element * Float.BYTES, value);
            return new Edited(header, changed);
        }

        Edited transposed(String tensor) {
            List<String> dimensions =
                    new ArrayList<>(List.of(description(tensor).group(1).split(",", -1)));
            String head = "\"" + tensor + "\":{\"dtype\":\"F32\",\"shape\":[";
            return new Edited(
                    replaced(
                            head + String.join(",", dimensions) + "]",
                            head + String.join(",", dimensions.reversed()) + "]"),
                    data);
        }

        /** As messages write it. */
        String shape(String tensor) {
            return description(tensor).group(1).replace(",", ", ");
        }

        private Matcher description(String tensor) {
            Matcher description = Pattern.compile("\"" + Pattern.quote(tensor)
                            + "\":\\{\"dtype\":\"F32\",\"shape\":\\[([0-9,]*)],\"data_offsets\":\\[(\\d+),")
                    .matcher(header);
            if (!description.find()) {
                throw new IllegalStateException("no tensor " + tensor);
            }
            return description;
        }

        private String replaced(String part, String replacement) {
            if (!header.contains(part)) {
                throw new IllegalStateException("not in the header: " + part);
            }
            return header.replace(part, replacement);
        }
    }
}
