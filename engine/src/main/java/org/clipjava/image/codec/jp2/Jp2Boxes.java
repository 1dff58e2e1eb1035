package org.clipjava.image.codec.jp2;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;
import java.util.Optional;
import org.clipjava.image.codec.CodecException;

/**
 * The boxes round a codestream (T.800, Annex I): what Pillow and OpenJPEG read of them, in their way. A bare codestream has none.
 *
 * @param mode what Pillow's picture is
 * @param space of the codestream's components
 * @param codestream where it begins
 */
record Jp2Boxes(Mode mode, Space space, Optional<Palette> palette, Optional<Size> size, int codestream) {
    static final byte[] SIGNATURE = {0, 0, 0, 12, 'j', 'P', ' ', ' ', 13, 10, (byte) 0x87, 10};

    private static final int HEADER = 8;
    private static final int LONG_HEADER = 16;
    private static final int IMAGE_HEADER = 14;
    private static final int MOST_COLORS = 256;

    /** Pillow's kinds of pictures. */
    enum Mode {
        GRAY,
        GRAY_16,
        GRAY_ALPHA,
        RGB,
        RGBA,
        CMYK,
        PALETTE,
        PALETTE_ALPHA
    }

    /** Colour spaces that a box names; components alone tell of others. */
    enum Space {
        GRAY,
        RGB,
        YCC,
        CMYK,
        OTHER,
        UNKNOWN
    }

    /** What a box says; the codestream has to agree. */
    record Size(long width, long height) {}

    /**
     * Colours of indices.
     *
     * @param colors [256, channels], black beyond those that are given
     * @param channels 3 or 4
     */
    record Palette(byte[] colors, int channels) {}

    private record Box(String type, ByteInput content) {}

    /** What the boxes in the header box said so far. */
    private static final class Header {
        private Optional<Size> size = Optional.empty();
        private int components;
        private Optional<Mode> mode = Optional.empty();
        private Optional<Palette> palette = Optional.empty();
        private Space space = Space.UNKNOWN;
        private boolean hasColors;
        private boolean isGray;
        private boolean hasPalette;
        private int paletteChannels;
        private boolean hasMap;
        private boolean hasChannels;

        /** Further header boxes change little: their sizes are passed over, and Pillow does not look at them. */
        private boolean further;
    }

    /** Reads what comes before a file's codestream. */
    static Jp2Boxes read(byte[] file) throws CodecException {
        ByteInput in = new ByteInput(file, 0, file.length);
        if (in.comes(Markers.SOC)) {
            if (!new ByteInput(file, 2, file.length).comes(Markers.SIZ)) {
                throw Damage.corrupt("expected SIZ at the beginning of its codestream, found other bytes");
            }
            return new Jp2Boxes(Mode.RGB, Space.UNKNOWN, Optional.empty(), Optional.empty(), 0);
        }
        if (!Arrays.equals(SIGNATURE, Arrays.copyOf(file, SIGNATURE.length))) {
            throw Damage.corrupt("expected its signature, found other bytes");
        }
        in.skip(SIGNATURE.length);
        boolean typed = false;
        Header header = new Header();
        while (true) {
            Optional<Box> codestream = Optional.empty();
            Box box = next(in, true);
            switch (box.type) {
                case "ftyp" -> {
                    if (typed || box.content.left() < HEADER || box.content.left() % 4 != 0) {
                        throw Damage.corrupt("expected one file type box of whole words, found another");
                    }
                    typed = true;
                }
                case "jp2h" -> readHeader(header, box.content, typed);
                case "jp2c" -> codestream = Optional.of(box);
                case "jP  " -> throw Damage.corrupt("expected its signature once, found it again");
                default -> {
                    if (!typed) {
                        throw Damage.corrupt("expected the file type box first, found another");
                    }
                    if (header.further) {
                        readInHeader(header, box); // as OpenJPEG, which takes misplaced ones from there on
                    }
                }
            }
            if (codestream.isPresent()) {
                Mode mode = header.mode.orElseThrow(() -> Damage.corrupt("expected a header before its codestream"));
                return new Jp2Boxes(mode, header.space, header.palette, header.size, box.content.at());
            }
        }
    }

    /**
     * The next box, which is passed over.
     *
     * @param codestream whether it may be that
     */
    private static Box next(ByteInput in, boolean codestream) throws CodecException {
        int from = in.at();
        long length = in.u32();
        int headerBytes = HEADER;
        String type = type(in);
        if (length == 1) {
            headerBytes = LONG_HEADER;
            length = (in.u32() << 32) | in.u32();
        }
        // The codestream goes to its own end, whatever the box says.
        if (codestream && type.equals("jp2c")) {
            return new Box(type, new ByteInput(in.bytes(), in.at(), in.end()));
        }
        if (length < headerBytes) {
            throw Damage.corrupt(
                    "expected a box of " + headerBytes + " bytes at least at byte " + from + ", found " + length);
        }
        return new Box(type, in.take(length - headerBytes));
    }

    private static String type(ByteInput in) throws CodecException {
        ByteInput type = in.take(4);
        return new String(type.bytes(), type.at(), 4, ISO_8859_1);
    }

    private static void readHeader(Header header, ByteInput in, boolean typed) throws CodecException {
        boolean sized = false;
        while (in.left() > 0) {
            Box box = next(in, false);
            readInHeader(header, box);
            sized |= box.type.equals("ihdr");
        }
        if (!typed || !sized) {
            throw Damage.corrupt("expected a file type, and a header of 1 to 4 components, found " + header.components);
        }
        header.further = true;
    }

    private static void readInHeader(Header header, Box box) throws CodecException {
        switch (box.type) {
            case "ihdr" -> readSize(header, box.content);
            case "colr" -> readSpace(header, box.content);
            case "pclr" -> readPalette(header, box.content);
            case "bpcc" -> check(box.content.left() == header.components, "bpcc");
            case "cmap" -> {
                check(header.hasPalette && !header.hasMap, "cmap");
                check(box.content.left() >= 4 * header.paletteChannels, "cmap");
                header.hasMap = true;
            }
            case "cdef" -> {
                int count = box.content.u16();
                check(!header.hasChannels && count > 0 && box.content.left() >= 6 * count, "cdef");
                header.hasChannels = true;
            }
            default -> {
                // Nothing that pixels depend on.
            }
        }
    }

    private static void check(boolean valid, String box) throws CodecException {
        if (!valid) {
            throw Damage.corrupt("found a box " + box + " that is not as it has to be");
        }
    }

    private static void readSize(Header header, ByteInput in) throws CodecException {
        if (header.further) {
            return;
        }
        check(in.left() == IMAGE_HEADER, "ihdr");
        long height = in.u32();
        Optional<Size> size = Optional.of(new Size(in.u32(), height));
        int components = in.u16();
        // OpenJPEG heeds the first, Pillow the last.
        boolean again = header.size.isPresent();
        check(!again || (size.equals(header.size) && components == header.components), "ihdr");
        header.size = size;
        header.components = components;
        header.palette = Optional.empty();
        boolean deep = (in.u8() & 0x7f) > 8;
        header.mode = Optional.of(
                switch (header.components) {
                    case 1 -> deep ? Mode.GRAY_16 : Mode.GRAY;
                    case 2 -> Mode.GRAY_ALPHA;
                    case 3 -> Mode.RGB;
                    case 4 -> Mode.RGBA;
                    default -> throw Damage.unsupported("expected 1 to 4 components, found " + header.components);
                });
    }

    /** To OpenJPEG the first counts (I.5.3.3), to Pillow's modes all of those that a number names. */
    private static void readSpace(Header header, ByteInput in) throws CodecException {
        int method = in.u8();
        in.skip(2);
        long number = in.u32();
        if (method == 1 && !header.further) {
            header.isGray = number != 12 && (header.isGray || number == 0 || number == 15 || number == 17);
            header.mode = number == 12 && header.components == 4 ? Optional.of(Mode.CMYK) : header.mode;
        }
        if ((method != 1 && method != 2) || header.hasColors) {
            return;
        }
        header.hasColors = true;
        if (method == 1) {
            header.space = switch ((int) number) {
                case 12 -> Space.CMYK;
                case 16 -> Space.RGB;
                case 17 -> Space.GRAY;
                case 18 -> Space.YCC;
                case 24 -> Space.OTHER;
                default -> Space.UNKNOWN;
            };
        }
    }

    private static void readPalette(Header header, ByteInput in) throws CodecException {
        int count = in.u16();
        int channels = in.u8();
        check(!header.hasPalette && count > 0 && channels > 0, "pclr");
        header.hasPalette = true;
        header.paletteChannels = channels;
        int deepest = 0;
        for (int c = 0; c < channels; c++) {
            deepest = Math.max(deepest, in.u8());
        }
        Optional<Mode> mode = header.mode.filter(of -> of == Mode.GRAY || of == Mode.GRAY_ALPHA);
        if (header.further || mode.isEmpty() || header.isGray || deepest > 8) {
            return;
        }
        if (count > MOST_COLORS || (channels != 3 && channels != 4) || deepest == 8) {
            throw Damage.unsupported(
                    "expected a palette of up to 256 colours of 3 or 4 bytes, found " + count + " of " + channels);
        }
        ByteInput colors = in.take((long) count * channels);
        byte[] palette = new byte[MOST_COLORS * channels];
        System.arraycopy(colors.bytes(), colors.at(), palette, 0, colors.left());
        header.palette = Optional.of(new Palette(palette, channels));
        header.mode = Optional.of(mode.get() == Mode.GRAY ? Mode.PALETTE : Mode.PALETTE_ALPHA);
    }

    /** Walks over the boxes behind a codestream; as in OpenJPEG, their lengths are checked, and the last one may be cut off. */
    static void checkRest(ByteInput in) throws CodecException {
        while (in.left() >= HEADER) {
            int from = in.at();
            long length = in.u32();
            String type = type(in);
            if (type.equals("jp2c") || length == 0 || (length == 1 && in.left() < HEADER)) {
                return;
            }
            long header = HEADER;
            if (length == 1) {
                header = LONG_HEADER;
                length = (in.u32() << 32) | in.u32();
            }
            if (length < header || type.equals("jP  ") || type.equals("ftyp")) {
                throw Damage.corrupt("found a box of " + length + " bytes at byte " + from
                        + " that cannot be there behind the codestream");
            }
            if (length - header > in.left()) {
                return;
            }
            in.skip(length - header);
        }
    }
}
