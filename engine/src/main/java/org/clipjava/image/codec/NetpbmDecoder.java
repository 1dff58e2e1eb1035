package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.OptionalLong;

/**
 * Netpbm's pictures: bitmaps, gray and RGB as text (P1 to P3) and as bytes (P4 to P6), gray as floating point (Pf), and PAM (P7) of
 * gray, RGB, black and white, with or without alpha. Of several pictures in a file it is the first.
 *
 * <p>All but PAM, which Pillow does not read, as in Pillow; samples of other ranges than 0 to 255 are scaled to that. Gray of more than
 * 8 bits is the exception: Pillow clips it at 255, here it becomes the high byte of what it is when scaled to 16 bits, as of a PNG.
 * Floating point is clipped to 0 to 255, as in Pillow.
 */
final class NetpbmDecoder {
    private static final int LONGEST_TOKEN = 10;
    private static final int MAX_MAXVAL = 65535;

    /** Of a PAM, which may have comments. */
    private static final int MAX_HEADER = 1 << 14;

    private final byte[] file;
    private final Background background;
    private final FileCursor in;
    private int width;
    private int height;
    private int maxval = 1;

    private NetpbmDecoder(byte[] file, Background background) {
        this.file = file;
        this.background = background;
        in = new FileCursor(file, "Netpbm picture");
    }

    /** Decodes a file that starts with a P, a digit or f, and white space. */
    static PixelRows decode(byte[] file, Background background) throws CodecException {
        return new NetpbmDecoder(file, background).decode();
    }

    private PixelRows decode() throws CodecException {
        char kind = (char) file[1];
        in.skip(3);
        return switch (kind) {
            case '7' -> decodePam();
            case 'f' -> decodeFloat();
            case '1', '4' -> {
                readSize();
                yield kind == '1' ? decodePlainBits() : decodeBits();
            }
            default -> {
                readSize();
                maxval = number();
                checkMaxval();
                int bands = kind == '3' || kind == '6' ? 3 : 1;
                yield kind <= '3' ? decodePlain(bands) : decodeSamples(bands, bands);
            }
        };
    }

    private void readSize() throws CodecException {
        width = number();
        height = number();
        ImageSize.check(width, height);
    }

    private void checkMaxval() throws CodecException {
        if (maxval < 1 || maxval > MAX_MAXVAL) {
            throw in.corrupt("expected a largest value of 1 to 65535, found " + maxval);
        }
    }

    private int number() throws CodecException {
        String token = token();
        try {
            return Math.toIntExact(Math.min(Long.parseLong(token), Integer.MAX_VALUE));
        } catch (ArithmeticException | NumberFormatException e) {
            throw new CodecException(
                    "corrupt Netpbm picture: expected a number in the header, found " + shown(token), e);
        }
    }

    private static String shown(String token) {
        return "\"" + token.replaceAll("[^ -~]", "?") + "\"";
    }

    /** A word of the header; a comment ends with its line, and ends no word. */
    private String token() throws CodecException {
        StringBuilder token = new StringBuilder();
        while (token.length() <= LONGEST_TOKEN && in.left() > 0) {
            int c = in.u8();
            if (isSpace(c)) {
                if (!token.isEmpty()) {
                    break;
                }
            } else if (c == '#') {
                skipComment();
            } else {
                token.append((char) c);
            }
        }
        if (token.isEmpty()) {
            throw in.truncated("the file ends in its header");
        }
        if (token.length() > LONGEST_TOKEN) {
            throw in.corrupt("expected at most " + LONGEST_TOKEN + " digits, found " + shown(token.toString()));
        }
        return token.toString();
    }

    private void skipComment() throws CodecException {
        while (in.left() > 0) {
            int c = in.u8();
            if (c == '\n' || c == '\r') {
                return;
            }
        }
    }

    private static boolean isSpace(int c) {
        return c == ' ' || (c >= '\t' && c <= '\r');
    }

    /** The next character of text that is no comment; -1 at the end. */
    private int plain() throws CodecException {
        while (in.left() > 0) {
            int c = in.u8();
            if (c != '#') {
                return c;
            }
            skipComment();
        }
        return -1;
    }

    private PixelRows decodePlainBits() throws CodecException {
        in.needForPixels((long) width * height, width, height);
        byte[] rgb = new byte[3 * width * height];
        int n = 0;
        while (n < width * height) {
            int c = plain();
            if (c < 0) {
                throw endsInRow(n / width);
            }
            if (!isSpace(c)) {
                checkBit(c);
                put(rgb, n++, c == '0' ? 255 : 0);
            }
        }
        // What follows is no other picture: of text there is only one in a file.
        for (int c = plain(); c >= 0; c = plain()) {
            if (!isSpace(c)) {
                checkBit(c);
            }
        }
        return new PixelRows(width, height, rgb);
    }

    private void checkBit(int c) throws CodecException {
        if (c != '0' && c != '1') {
            throw in.corrupt("expected 0 or 1, found " + shown(Character.toString(c)));
        }
    }

    private PixelRows decodePlain(int bands) throws CodecException {
        int n = bands * width * height;
        in.needForPixels(2L * n - 1, width, height); // a digit each, and a space between them
        byte[] rgb = new byte[3 * width * height];
        Scale scale = new Scale(maxval, bands);
        int i = 0;
        while (i < n) {
            int value = plainNumber();
            if (value < 0) {
                throw endsInRow(i / (bands * width));
            }
            if (value > maxval) {
                throw in.corrupt("expected samples of at most " + maxval + ", found " + value);
            }
            int sample = scale.toEightBits(value);
            if (bands == 1) {
                put(rgb, i, sample);
            } else {
                rgb[i] = (byte) sample;
            }
            i++;
        }
        return new PixelRows(width, height, rgb);
    }

    /** -1 at the end. */
    private int plainNumber() throws CodecException {
        int c = plain();
        while (c >= 0 && isSpace(c)) {
            c = plain();
        }
        if (c < 0) {
            return -1;
        }
        long value = 0;
        for (int digits = 0; c >= 0 && !isSpace(c); digits++) {
            if (c < '0' || c > '9' || digits == LONGEST_TOKEN) {
                throw in.corrupt("expected a sample of at most " + LONGEST_TOKEN + " digits, found "
                        + shown(Character.toString(c)));
            }
            value = 10 * value + c - '0';
            c = plain();
        }
        return (int) Math.min(value, Integer.MAX_VALUE);
    }

    private PixelRows decodeBits() throws CodecException {
        int stride = Math.ceilDiv(width, 8);
        in.needForPixels((long) stride * height, width, height);
        int from = (int) in.at();
        byte[] rgb = new byte[3 * width * height];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int bit = file[from + y * stride + (x >> 3)] >> (7 - (x & 7)) & 1;
                put(rgb, y * width + x, bit == 0 ? 255 : 0);
            }
        }
        return new PixelRows(width, height, rgb);
    }

    /**
     * Samples of one or two bytes.
     *
     * @param bands of a pixel in the file
     * @param colors of them, one or three
     */
    private PixelRows decodeSamples(int bands, int colors) throws CodecException {
        int bytes = maxval > 255 ? 2 : 1;
        in.needForPixels((long) width * height * bands * bytes, width, height);
        int at = (int) in.at();
        byte[] rgb = new byte[3 * width * height];
        Scale scale = new Scale(maxval, colors);
        for (int i = 0; i < width * height; i++) {
            for (int c = 0; c < 3; c++) {
                int sample = at + (colors == 1 ? 0 : c * bytes);
                rgb[3 * i + c] = (byte) scale.toEightBits(value(sample, bytes));
            }
            if (bands > colors && background.shows()) {
                background.blend(rgb, 3 * i, scale.toEightBits(value(at + colors * bytes, bytes)));
            }
            at += bands * bytes;
        }
        return new PixelRows(width, height, rgb);
    }

    private int value(int sample, int bytes) {
        int first = file[sample] & 0xff;
        return bytes == 2 ? first << 8 | (file[sample + 1] & 0xff) : first;
    }

    /** What samples become that are scaled. */
    private record Scale(int maxval, int colors) {
        int toEightBits(int value) {
            if (maxval > 255 && colors == 1) {
                return Math.min(MAX_MAXVAL, (int) Math.rint((double) value / maxval * MAX_MAXVAL)) >> 8;
            }
            return maxval == 255 ? value : Math.min(255, (int) Math.rint((double) value / maxval * 255));
        }
    }

    private PixelRows decodeFloat() throws CodecException {
        readSize();
        String token = token();
        double scale;
        try {
            scale = Double.parseDouble(token);
        } catch (NumberFormatException e) {
            throw new CodecException("corrupt Netpbm picture: expected a scale, found " + shown(token), e);
        }
        if (scale == 0 || !Double.isFinite(scale)) {
            throw in.corrupt("expected a scale other than 0, found " + shown(token));
        }
        in.needForPixels(4L * width * height, width, height);
        byte[] rgb = new byte[3 * width * height];
        for (int y = height - 1; y >= 0; y--) {
            for (int x = 0; x < width; x++) {
                int bits = (int) (scale < 0 ? in.u32le() : in.u32be());
                put(rgb, y * width + x, (int) Math.clamp(Float.intBitsToFloat(bits), 0f, 255f));
            }
        }
        return new PixelRows(width, height, rgb);
    }

    private PixelRows decodePam() throws CodecException {
        int depth = 0;
        maxval = 0;
        String type = "";
        String line = line();
        while (!line.equals("ENDHDR")) {
            String[] words = line.split("\\s+", 2);
            String value = words.length > 1 ? words[1].strip() : "";
            switch (words[0]) {
                case "WIDTH" -> width = pamNumber(value);
                case "HEIGHT" -> height = pamNumber(value);
                case "DEPTH" -> depth = pamNumber(value);
                case "MAXVAL" -> maxval = pamNumber(value);
                case "TUPLTYPE" -> type = (type + " " + value).strip();
                default -> {
                    if (!line.isEmpty()) {
                        throw in.corrupt("expected a line of a PAM's header, found " + shown(line));
                    }
                }
            }
            line = line();
        }
        ImageSize.check(width, height);
        checkMaxval();
        int colors = colors(type, depth);
        if (type.startsWith("BLACKANDWHITE") && maxval != 1) {
            throw in.corrupt("expected a largest value of 1 for black and white, found " + maxval);
        }
        return decodeSamples(depth, colors);
    }

    private int colors(String type, int depth) throws CodecException {
        int colors = switch (type) {
            case "GRAYSCALE", "BLACKANDWHITE", "GRAYSCALE_ALPHA", "BLACKANDWHITE_ALPHA" -> 1;
            case "RGB", "RGB_ALPHA" -> 3;
            case "" -> depth < 3 ? 1 : 3;
            default ->
                throw in.unsupported("expected a PAM of GRAYSCALE, BLACKANDWHITE or RGB, with or without _ALPHA, found "
                        + shown(type));
        };
        int least = colors + (type.endsWith("_ALPHA") ? 1 : 0);
        if (depth < least || depth > colors + 1) {
            throw in.corrupt("expected " + least + " samples a pixel, found " + depth);
        }
        return colors;
    }

    private int pamNumber(String digits) throws CodecException {
        if (!digits.matches("[0-9]{1,9}")) {
            throw in.corrupt("expected a number in the header, found " + shown(digits));
        }
        return Integer.parseInt(digits);
    }

    /** The next line of a PAM's header that is no comment. */
    private String line() throws CodecException {
        int from = (int) in.at();
        while (true) {
            if (in.at() > MAX_HEADER) {
                throw in.corrupt("expected a header of at most " + MAX_HEADER + " bytes, found a longer one");
            }
            if (in.u8() == '\n') {
                if (file[from] != '#') {
                    return new String(file, from, (int) in.at() - 1 - from, ISO_8859_1).strip();
                }
                from = (int) in.at();
            }
        }
    }

    private CodecException endsInRow(int row) {
        return in.truncated("expected " + height + " rows of pixels, the file ends in row " + row);
    }

    private static void put(byte[] rgb, int pixel, int gray) {
        Arrays.fill(rgb, 3 * pixel, 3 * pixel + 3, (byte) gray);
    }

    /** Width x height, of the first bytes of a file. */
    static OptionalLong pixels(byte[] head) throws CodecException {
        NetpbmDecoder decoder = new NetpbmDecoder(head, Background.NONE);
        decoder.in.skip(3);
        if (head[1] == '7') {
            return OptionalLong.empty();
        }
        return Codec.pixels(decoder.number(), decoder.number());
    }
}
