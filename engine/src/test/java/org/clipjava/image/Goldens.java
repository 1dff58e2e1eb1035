package org.clipjava.image;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.clipjava.testdata.SyntheticCheckpoint;

/** Golden files that are one JSON object of flat objects of strings, numbers and [width, height]. */
final class Goldens {
    private static final Pattern CASE = Pattern.compile("\"([^\"]+)\"\\s*:\\s*\\{([^{}]*)}");
    private static final Pattern FIELD =
            Pattern.compile("\"([^\"]+)\"\\s*:\\s*(?:\"([^\"]*)\"|(-?\\d+)|\\[\\s*(\\d+)\\s*,\\s*(\\d+)\\s*])");

    private Goldens() {}

    /** The fields of each case; a list of two numbers reads {@code "width,height"}. */
    static Map<String, Map<String, String>> parse(String json) {
        Map<String, Map<String, String>> cases = new LinkedHashMap<>();
        Matcher matcher = CASE.matcher(json);
        while (matcher.find()) {
            Map<String, String> fields = new LinkedHashMap<>();
            Matcher field = FIELD.matcher(matcher.group(2));
            while (field.find()) {
                String value = field.group(2) != null ? field.group(2) : field.group(3);
                fields.put(field.group(1), value != null ? value : field.group(4) + "," + field.group(5));
            }
            cases.put(matcher.group(1), fields);
        }
        return cases;
    }

    static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    /** The picture that the generator of the goldens makes from the same name. */
    static RgbImage noise(String name, int width, int height) {
        float[] uniform = SyntheticCheckpoint.uniform(name, 3 * width * height);
        byte[] rgb = new byte[uniform.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (int) ((uniform[i] + 1.0) * 128);
        }
        return RgbImage.of(width, height, rgb);
    }

    /** Where two pictures of one size differ most, for messages. */
    static String largestDifference(RgbImage expected, RgbImage actual) {
        if (expected.width() != actual.width() || expected.height() != actual.height()) {
            return "expected " + expected + ", found " + actual;
        }
        int worst = 0;
        int at = 0;
        int count = 0;
        for (int i = 0; i < expected.rgb().length; i++) {
            int difference = Math.abs((expected.rgb()[i] & 0xff) - (actual.rgb()[i] & 0xff));
            count += difference > 0 ? 1 : 0;
            if (difference > worst) {
                worst = difference;
                at = i;
            }
        }
        return count + " samples differ, by up to " + worst + " at x=" + at / 3 % expected.width() + " y="
                + at / 3 / expected.width() + " channel " + at % 3;
    }
}
