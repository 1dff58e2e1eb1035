package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;

/**
 * The markers of a JPEG file, and its pixels once a decoder has left them in the file's own colour space.
 *
 * <p>The colour space is decided as libjpeg decides it, by the JFIF and Adobe markers and the components' ids, and
 * converted with libjpeg's arithmetic. CMYK is taken for inverted, as Adobe writes it and Pillow assumes it.
 */
final class JpegFile {
    /** What the components are. */
    enum ColorSpace {
        GRAY(1),
        YCBCR(3),
        RGB(3),
        CMYK(4),
        YCCK(4);

        private final int components;

        ColorSpace(int components) {
            this.components = components;
        }

        int components() {
            return components;
        }
    }

    /** libjpeg's own programs give up where a file has more scans; each costs a pass over the whole picture. */
    private static final int MAX_SCANS = 500;

    private static final byte[] RGB_IDS = {'R', 'G', 'B'};

    private static final int SOF0 = 0xc0;
    private static final int SOF2 = 0xc2;
    private static final int DHT = 0xc4;
    private static final int JPG = 0xc8;
    private static final int DAC = 0xcc;
    private static final int SOF15 = 0xcf;
    private static final int RST0 = 0xd0;
    private static final int RST7 = 0xd7;
    private static final int SOI = 0xd8;
    private static final int EOI = 0xd9;
    private static final int SOS = 0xda;
    private static final int APP0 = 0xe0;
    private static final int APP1 = 0xe1;
    private static final int APP14 = 0xee;
    private static final int APP15 = 0xef;
    private static final int COM = 0xfe;
    private static final int TEM = 0x01;

    private final byte[] file;
    private final byte[] bare;
    private int bareLength;

    private int width;
    private int height;
    private byte[] componentIds = new byte[0];
    private byte[] samplings = new byte[0];
    private boolean jfif;
    private int adobeTransform = -1;
    private Orientation orientation = Orientation.NORMAL;
    private boolean exifSeen;
    private int scans;
    private boolean progressive;

    /** Where {@link #bare} has ids of components, in the headers of the frame and its scans. */
    private final List<Integer> idsInBare = new ArrayList<>();

    private JpegFile(byte[] file) {
        this.file = file;
        this.bare = new byte[file.length];
    }

    /**
     * Walks over all markers of a file that starts with JPEG's.
     *
     * @throws CodecException if the file ends early, or is of a kind or size that is not decoded
     */
    static JpegFile read(byte[] file) throws CodecException {
        JpegFile jpeg = new JpegFile(file);
        jpeg.walk();
        return jpeg;
    }

    /** Width x height, of the frame's header; empty if a scan comes before it. */
    static OptionalLong pixels(FileBytes file) throws IOException {
        long at = 2;
        while (true) {
            while (file.u8(at) != 0xff) {
                at++;
            }
            while (file.u8(at) == 0xff) {
                at++;
            }
            int marker = file.u8(at++);
            if (isFrame(marker)) {
                return Codec.pixels(file.bigEndian(at + 5, 2), file.bigEndian(at + 3, 2));
            }
            if (marker == SOS || marker == EOI) {
                return OptionalLong.empty();
            }
            if (hasLength(marker)) {
                at += Math.max(2, file.bigEndian(at, 2));
            }
        }
    }

    private static boolean isFrame(int marker) {
        return marker >= SOF0 && marker <= SOF15 && marker != DHT && marker != JPG && marker != DAC;
    }

    private static boolean hasLength(int marker) {
        return marker != SOI && marker != TEM && marker != 0 && (marker < RST0 || marker > RST7);
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    Orientation orientation() {
        return orientation;
    }

    boolean isProgressive() {
        return progressive;
    }

    /**
     * {@link #withoutApplicationSegments} with the components' ids of RGB: a decoder then upsamples and converts nothing,
     * even where it is asked for RGB.
     *
     * @throws IllegalStateException if there are not three components
     */
    byte[] withoutColorSpace() {
        if (componentIds.length != 3) {
            throw new IllegalStateException("expected 3 components, found " + componentIds.length);
        }
        byte[] relabelled = withoutApplicationSegments();
        for (int at : idsInBare) {
            for (int i = 0; i < 3; i++) {
                if (relabelled[at] == componentIds[i]) {
                    relabelled[at] = RGB_IDS[i];
                    break;
                }
            }
        }
        return relabelled;
    }

    /** Whether three components have ids of their own, and samples that need no more than a colour conversion. */
    boolean canBeRelabelled() {
        if (componentIds.length != 3
                || componentIds[0] == componentIds[1]
                || componentIds[0] == componentIds[2]
                || componentIds[1] == componentIds[2]) {
            return false;
        }
        return !isHalfAsHigh(0) && !isHalfAsHigh(1) && !isHalfAsHigh(2);
    }

    /**
     * The file without application segments, comments, and whatever follows its end: a decoder that sees no colour
     * profile, no thumbnail and no Adobe marker has nothing to decide.
     */
    byte[] withoutApplicationSegments() {
        return Arrays.copyOf(bare, bareLength);
    }

    ColorSpace colorSpace() throws CodecException {
        return switch (componentIds.length) {
            case 1 -> ColorSpace.GRAY;
            case 3 -> {
                if (jfif || adobeTransform > 0) {
                    yield ColorSpace.YCBCR;
                }
                boolean rgb = adobeTransform == 0 || Arrays.equals(componentIds, new byte[] {'R', 'G', 'B'});
                yield rgb ? ColorSpace.RGB : ColorSpace.YCBCR;
            }
            case 4 -> adobeTransform > 0 ? ColorSpace.YCCK : ColorSpace.CMYK;
            default -> throw new CodecException("JPEG: expected 1, 3 or 4 components, found " + componentIds.length);
        };
    }

    private void walk() throws CodecException {
        int at = 0;
        while (true) {
            int found = at;
            while (found < file.length && file[found] != (byte) 0xff) {
                found++;
            }
            while (found < file.length && file[found] == (byte) 0xff) {
                found++;
            }
            if (found >= file.length) {
                throw truncated();
            }
            int marker = file[found] & 0xff;
            int body = found + 1;
            if (!hasLength(marker)) {
                copy(at, body);
                at = body;
                continue;
            }
            if (marker == EOI) {
                copy(at, body);
                break;
            }
            if (file.length - body < 2) {
                throw truncated();
            }
            int length = (file[body] & 0xff) << 8 | (file[body + 1] & 0xff);
            if (length < 2) {
                throw corrupt("expected a segment of at least 2 bytes at byte " + body + ", found " + length);
            }
            int end = body + length;
            if (end > file.length) {
                throw truncated();
            }
            boolean application = (marker >= APP0 && marker <= APP15) || marker == COM;
            if (!application) {
                copy(at, end);
            }
            readSegment(marker, body + 2, end);
            at = marker == SOS ? scan(end) : end;
        }
        if (scans == 0) {
            throw corrupt("no scan before the end of the picture");
        }
        // A block of 8 x 8 costs at least one bit.
        if ((long) width * height > 512L * file.length) {
            throw truncated();
        }
    }

    private void readSegment(int marker, int from, int to) throws CodecException {
        switch (marker) {
            case APP0 -> jfif |= to - from >= 14 && startsWith("JFIF\0", from, to);
            case APP1 -> {
                if (!exifSeen && startsWith("Exif\0", from, to)) {
                    exifSeen = true;
                    byte[] exif = Arrays.copyOfRange(file, from, to);
                    orientation = Orientation.of(Orientation.ofExif(exif).orElse(1));
                }
            }
            case APP14 -> {
                if (to - from >= 12 && startsWith("Adobe", from, to)) {
                    adobeTransform = file[from + 11] & 0xff;
                }
            }
            case SOS -> {
                if (componentIds.length == 0) {
                    throw corrupt("a scan before the frame's header");
                }
                int listed = to > from ? file[from] & 0xff : 0;
                for (int i = 0; i < listed && from + 1 + 2 * i < to; i++) {
                    idsInBare.add(bareLength - (to - from) + 1 + 2 * i);
                }
                if (++scans > MAX_SCANS) {
                    throw new CodecException("JPEG: expected at most " + MAX_SCANS + " scans, found more");
                }
                long pixels = (long) width * height;
                if (scans * pixels > JpegScans.MAX_PIXELS) {
                    throw new CodecException("JPEG: expected at most " + JpegScans.MAX_PIXELS / pixels + " scans of "
                            + width + "x" + height + " pixels, found more; write it with fewer");
                }
            }
            default -> {
                if (isFrame(marker)) {
                    readFrame(marker, from, to);
                }
            }
        }
    }

    private void readFrame(int marker, int from, int to) throws CodecException {
        if (marker > SOF2) {
            String kind =
                    marker > JPG ? "arithmetic coding" : marker == 0xc3 ? "lossless coding" : "hierarchical coding";
            throw new CodecException("JPEG: expected baseline or progressive Huffman coding, found " + kind
                    + "; convert it to PNG first");
        }
        if (to - from < 6 || to - from < 6 + 3 * (file[from + 5] & 0xff)) {
            throw corrupt("the frame's header is too short");
        }
        if (componentIds.length > 0) {
            throw corrupt("expected one frame, found two");
        }
        progressive = marker == SOF2;
        if (file[from] != 8) {
            throw new CodecException(
                    "JPEG: expected 8 bits a sample, found " + file[from] + "; convert it to 8 bits first");
        }
        height = (file[from + 1] & 0xff) << 8 | (file[from + 2] & 0xff);
        width = (file[from + 3] & 0xff) << 8 | (file[from + 4] & 0xff);
        ImageSize.check(width, height);
        componentIds = new byte[file[from + 5] & 0xff];
        samplings = new byte[componentIds.length];
        for (int i = 0; i < componentIds.length; i++) {
            componentIds[i] = file[from + 6 + 3 * i];
            samplings[i] = file[from + 7 + 3 * i];
            idsInBare.add(bareLength - (to - from) + 6 + 3 * i);
        }
    }

    /** Copies a scan's entropy-coded data, which start at {@code from}, and returns where the next marker is. */
    private int scan(int from) throws CodecException {
        int at = from;
        while (at < file.length - 1) {
            if (file[at] == (byte) 0xff) {
                int next = file[at + 1] & 0xff;
                if (next != 0 && next != 0xff && (next < RST0 || next > RST7)) {
                    copy(from, at);
                    return at;
                }
                at += next == 0xff ? 1 : 2;
            } else {
                at++;
            }
        }
        throw truncated();
    }

    private void copy(int from, int to) {
        System.arraycopy(file, from, bare, bareLength, to - from);
        bareLength += to - from;
    }

    private boolean startsWith(String prefix, int from, int to) {
        byte[] bytes = prefix.getBytes(ISO_8859_1);
        return to - from >= bytes.length && Arrays.equals(file, from, from + bytes.length, bytes, 0, bytes.length);
    }

    CodecException truncated() {
        return new CodecException("truncated JPEG: the file of " + file.length + " bytes ends before its picture does");
    }

    private CodecException corrupt(String what) {
        return new CodecException("corrupt JPEG: " + what);
    }

    /**
     * The picture of samples as a decoder left them.
     *
     * @param samples [height, width, components], in {@link #colorSpace()}; those of RGB and YCbCr become the rows' own
     */
    PixelRows rows(byte[] samples) throws CodecException {
        for (int i = 0; i < samplings.length; i++) {
            if (isHalfAsHigh(i)) {
                interpolateRows(samples, i);
            }
        }
        return switch (colorSpace()) {
            case GRAY -> {
                byte[] rgb = new byte[3 * samples.length];
                for (int i = 0; i < samples.length; i++) {
                    Arrays.fill(rgb, 3 * i, 3 * i + 3, samples[i]);
                }
                yield PixelRows.rgb(width, height, rgb);
            }
            case RGB -> PixelRows.rgb(width, height, samples);
            case YCBCR -> PixelRows.yCbCr(width, height, samples);
            case CMYK -> PixelRows.rgb(width, height, Cmyk.toRgb(samples, true));
            case YCCK -> {
                // What libjpeg calls CMYK here is the complement of the RGB it computes.
                YCbCr.toRgb(samples, 4);
                for (int i = 0; i < samples.length; i++) {
                    samples[i] = i % 4 == 3 ? samples[i] : (byte) ~samples[i];
                }
                yield PixelRows.rgb(width, height, Cmyk.toRgb(samples, true));
            }
        };
    }

    /** Whether a component has every column but only every second row, as in 4:4:0. */
    private boolean isHalfAsHigh(int component) {
        int mostColumns = 0;
        int mostRows = 0;
        for (byte sampling : samplings) {
            mostColumns = Math.max(mostColumns, sampling >> 4 & 0xf);
            mostRows = Math.max(mostRows, sampling & 0xf);
        }
        int columns = samplings[component] >> 4 & 0xf;
        int rows = samplings[component] & 0xf;
        return columns == mostColumns && 2 * rows == mostRows;
    }

    /**
     * Interpolates a component between rows, 3:1, as libjpeg-turbo does. The JDK's older libjpeg interpolates the other
     * subsamplings in the same way, but repeats the rows of this one.
     */
    private void interpolateRows(byte[] samples, int component) {
        int step = samplings.length;
        int stride = step * width;
        byte[] above = new byte[width];
        byte[] row = new byte[width];
        byte[] below = new byte[width];
        readRow(samples, component, row);
        System.arraycopy(row, 0, above, 0, width);
        for (int y = 0; y < height; y += 2) {
            if (y + 2 < height) {
                readRow(samples, (y + 2) * stride + component, below);
            } else {
                System.arraycopy(row, 0, below, 0, width);
            }
            for (int x = 0; x < width; x++) {
                int at = y * stride + x * step + component;
                int weighted = 3 * (row[x] & 0xff);
                samples[at] = (byte) ((weighted + (above[x] & 0xff) + 1) >> 2);
                if (y + 1 < height) {
                    samples[at + stride] = (byte) ((weighted + (below[x] & 0xff) + 2) >> 2);
                }
            }
            byte[] free = above;
            above = row;
            row = below;
            below = free;
        }
    }

    private void readRow(byte[] samples, int from, byte[] row) {
        for (int x = 0; x < row.length; x++) {
            row[x] = samples[from + x * samplings.length];
        }
    }
}
