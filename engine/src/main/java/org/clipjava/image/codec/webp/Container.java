package org.clipjava.image.codec.webp;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.OptionalLong;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.image.codec.LittleEndian;

/**
 * The chunks of a WebP file. What is taken for whole, and what is not, follows libwebp's demultiplexer and the check of the
 * file's beginning that Pillow makes before it: a file shorter than RIFF's length is truncated, bytes behind that length are
 * ignored, a frame must lie within the canvas. Of an animation every frame's header is read, and the first frame kept.
 *
 * <p>Each step goes on by at least eight bytes, whatever lies inside what, so the work is bounded by the file's length; nothing
 * is allocated here for what a header claims.
 */
final class Container {
    static final int VP8 = fourCc("VP8 ");
    static final int VP8L = fourCc("VP8L");
    static final int VP8X = fourCc("VP8X");

    private static final int RIFF = fourCc("RIFF");
    private static final int WEBP = fourCc("WEBP");
    private static final int ALPH = fourCc("ALPH");
    private static final int ANIM = fourCc("ANIM");
    private static final int ANMF = fourCc("ANMF");
    private static final int EXIF = fourCc("EXIF");
    private static final int XMP = fourCc("XMP ");

    private static final int FILE_HEADER = 12;
    private static final int CHUNK_HEADER = 8;
    private static final int VP8L_HEAD = FILE_HEADER + CHUNK_HEADER + StreamHeader.VP8L_BYTES;
    private static final int VP8X_BYTES = 10;
    private static final int ANIM_BYTES = 6;
    private static final int ANMF_BYTES = 16;

    private static final int ANIMATION_FLAG = 0x02;
    private static final int XMP_FLAG = 0x04;
    private static final int EXIF_FLAG = 0x08;
    private static final int ALPHA_FLAG = 0x10;
    private static final int KNOWN_FLAGS = 0x3e;

    /** So that a chunk's length, its header and its padding fit 32 bits. */
    private static final long MAX_CHUNK = 0xffffffffL - CHUNK_HEADER - 1;

    private static final long MAX_AREA = 1L << 32;

    /**
     * A stretch of the file.
     *
     * @param end behind its last byte
     */
    record Stretch(int start, int end) {
        int length() {
            return end - start;
        }
    }

    /**
     * A picture and its place on the canvas.
     *
     * @param alpha the ALPH chunk's bytes, for VP8 alone
     * @param bitstream with the byte that pads it, which decoders may read
     */
    record Frame(int x, int y, StreamHeader header, Optional<Stretch> alpha, Stretch bitstream) {}

    private final byte[] file;
    private final Damage damage;
    private final int riffEnd;
    private int at = FILE_HEADER;
    private boolean extended;
    private int flags;
    private int width;
    private int height;
    private boolean alpha;
    private int frames;
    private Optional<Frame> first = Optional.empty();
    private Optional<Stretch> exif = Optional.empty();
    private Optional<Stretch> xmp = Optional.empty();

    // Of the frame that is being read.
    private Optional<Stretch> frameAlpha = Optional.empty();
    private Optional<Stretch> frameBitstream = Optional.empty();
    private Optional<StreamHeader> frameHeader = Optional.empty();

    private Container(byte[] file, Damage damage) throws CodecException {
        this.file = file;
        this.damage = damage;
        if (file.length < FILE_HEADER + CHUNK_HEADER) {
            throw damage.truncated("expected at least 20 bytes, found " + file.length);
        }
        if (LittleEndian.int32(file, 0) != RIFF || LittleEndian.int32(file, 8) != WEBP) {
            throw damage.corrupt("expected RIFF and WEBP, found " + quoted(0) + " and " + quoted(8));
        }
        int chunk = LittleEndian.int32(file, FILE_HEADER);
        if (chunk != VP8 && chunk != VP8L && chunk != VP8X) {
            throw damage.corrupt("expected a chunk of VP8, VP8L or VP8X first, found " + quoted(FILE_HEADER));
        }
        long riff = LittleEndian.unsigned32(file, 4);
        if (riff < 4 + CHUNK_HEADER || riff > MAX_CHUNK) {
            throw damage.corrupt("expected a RIFF length of 12 to " + MAX_CHUNK + ", found " + riff);
        }
        if (riff + CHUNK_HEADER > file.length) {
            throw damage.truncated("expected " + (riff + CHUNK_HEADER) + " bytes, found " + file.length);
        }
        riffEnd = (int) riff + CHUNK_HEADER;
    }

    /** Reads the chunks of a file. */
    static Container read(byte[] file, Damage damage) throws CodecException {
        Container container = new Container(file, damage);
        container.checkBeginning();
        if (LittleEndian.int32(file, FILE_HEADER) == VP8X) {
            container.readExtended();
        } else {
            container.readStill();
        }
        if (container.first.isEmpty()) {
            throw damage.corrupt("expected a picture, found none");
        }
        return container;
    }

    /** Width x height as the first chunk has them, of which nothing else is checked. */
    static OptionalLong pixels(byte[] head) {
        boolean webp =
                head.length >= VP8L_HEAD && LittleEndian.int32(head, 0) == RIFF && LittleEndian.int32(head, 8) == WEBP;
        if (!webp) {
            return OptionalLong.empty();
        }
        int type = LittleEndian.int32(head, FILE_HEADER);
        int body = FILE_HEADER + CHUNK_HEADER;
        long pixels = 0;
        if (type == VP8L) {
            int fields = LittleEndian.int32(head, body + 1);
            pixels = ((fields & 0x3fffL) + 1) * ((fields >> 14 & 0x3fff) + 1);
        } else if (head.length < WebpPicture.HEAD_BYTES) {
            return OptionalLong.empty();
        } else if (type == VP8X) {
            pixels = (1L + LittleEndian.int24(head, body + 4)) * (1L + LittleEndian.int24(head, body + 7));
        } else if (type == VP8) {
            pixels = (LittleEndian.int16(head, body + 6) & 0x3fffL) * (LittleEndian.int16(head, body + 8) & 0x3fff);
        }
        return pixels > 0 ? OptionalLong.of(pixels) : OptionalLong.empty();
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /** Whether Pillow gives the picture an alpha channel. */
    boolean alpha() {
        return alpha;
    }

    /** How many, at least 1. */
    int frames() {
        return frames;
    }

    Frame first() {
        return first.orElseThrow();
    }

    Optional<Stretch> exif() {
        return exif;
    }

    Optional<Stretch> xmp() {
        return xmp;
    }

    /**
     * What is checked before the chunks are gone through, in a file with VP8X up to its first bitstream. Where that
     * bitstream isn't to be found, it is for {@link #readExtended} to say so.
     */
    private void checkBeginning() throws CodecException {
        int from = FILE_HEADER;
        boolean alphaChunk = false;
        if (LittleEndian.int32(file, from) == VP8X) {
            readCanvas();
            alpha = (flags & ALPHA_FLAG) != 0;
            if ((flags & ANIMATION_FLAG) != 0) {
                return;
            }
            from += CHUNK_HEADER + VP8X_BYTES;
            while (true) {
                if (file.length - from < CHUNK_HEADER) {
                    return;
                }
                int type = LittleEndian.int32(file, from);
                long padded = padded(LittleEndian.unsigned32(file, from + 4));
                if (from + CHUNK_HEADER + padded > riffEnd) {
                    throw tooLong(from);
                }
                if (type == VP8 || type == VP8L) {
                    break;
                }
                alphaChunk |= type == ALPH;
                from += CHUNK_HEADER + (int) padded;
            }
        }
        boolean lossless = LittleEndian.int32(file, from) == VP8L;
        long length = LittleEndian.unsigned32(file, from + 4);
        if (length > riffEnd - from - CHUNK_HEADER) {
            throw tooLong(from);
        }
        int available = file.length - from - CHUNK_HEADER;
        if (available < StreamHeader.bytes(lossless)) {
            if (extended) {
                return;
            }
            throw damage.truncated(
                    "expected a header of " + StreamHeader.bytes(lossless) + " bytes, found " + available);
        }
        StreamHeader header = StreamHeader.read(file, from + CHUNK_HEADER, length, lossless, damage);
        if (extended && (header.width() != width || header.height() != height)) {
            throw otherSize(header.width(), header.height());
        }
        alpha = alphaChunk || (lossless ? header.alpha() : alpha);
    }

    private void readCanvas() throws CodecException {
        long length = LittleEndian.unsigned32(file, FILE_HEADER + 4);
        if (length != VP8X_BYTES) {
            throw damage.corrupt("VP8X: expected " + VP8X_BYTES + " bytes, found " + length);
        }
        int body = FILE_HEADER + CHUNK_HEADER;
        if (riffEnd - body < VP8X_BYTES) {
            throw damage.truncated("VP8X: expected " + VP8X_BYTES + " bytes, found " + (riffEnd - body));
        }
        extended = true;
        flags = file[body] & 0xff;
        width = 1 + LittleEndian.int24(file, body + 4);
        height = 1 + LittleEndian.int24(file, body + 7);
        if ((long) width * height >= MAX_AREA) {
            throw tooLarge();
        }
        if ((flags & ~KNOWN_FLAGS) != 0) {
            throw damage.corrupt("VP8X: expected no flags but %02x, found %02x".formatted(KNOWN_FLAGS, flags));
        }
    }

    private void readStill() throws CodecException {
        readBitstream(0);
        // Only a file with VP8X says that it has alpha of a chunk's own.
        frameAlpha = Optional.empty();
        width = frameHeader.orElseThrow().width();
        height = frameHeader.orElseThrow().height();
        addFrame(0, 0);
    }

    private void readExtended() throws CodecException {
        at += CHUNK_HEADER + VP8X_BYTES;
        boolean animation = (flags & ANIMATION_FLAG) != 0;
        boolean animated = false;
        do {
            if (riffEnd - at < CHUNK_HEADER) {
                throw damage.corrupt("expected a chunk of at least 8 bytes, found " + (riffEnd - at));
            }
            int start = at;
            int type = LittleEndian.int32(file, at);
            long padded = chunkLength(at);
            at += CHUNK_HEADER;
            if (type == VP8X) {
                throw damage.corrupt("expected one VP8X, found a second");
            } else if (type == ALPH || type == VP8 || type == VP8L) {
                if (animated || animation) {
                    throw damage.corrupt(
                            "expected the pictures of an animation in its frames, found " + quoted(start) + " outside");
                }
                if (frames > 0) {
                    throw damage.corrupt("expected one picture, found a second");
                }
                at = start;
                readBitstream(0);
                if ((flags & ALPHA_FLAG) == 0) {
                    frameAlpha = Optional.empty();
                }
                addFrame(0, 0);
            } else if (type == ANIM && !animated) {
                if (padded < ANIM_BYTES) {
                    throw damage.corrupt("ANIM: expected at least " + ANIM_BYTES + " bytes, found " + padded);
                }
                animated = true;
                at += (int) padded;
            } else if (type == ANMF) {
                if (!animated) {
                    throw damage.corrupt("expected ANIM before the first frame, found none");
                }
                readAnimationFrame(padded, animation);
            } else {
                if (type == ANIM && padded < ANIM_BYTES) {
                    throw damage.corrupt("ANIM: expected at least " + ANIM_BYTES + " bytes, found " + padded);
                }
                Stretch body = new Stretch(at, at + (int) LittleEndian.unsigned32(file, start + 4));
                if (type == EXIF && (flags & EXIF_FLAG) != 0 && exif.isEmpty()) {
                    exif = Optional.of(body);
                } else if (type == XMP && (flags & XMP_FLAG) != 0 && xmp.isEmpty()) {
                    xmp = Optional.of(body);
                }
                at += (int) padded;
            }
        } while (at != riffEnd);
    }

    private void readAnimationFrame(long padded, boolean animation) throws CodecException {
        if (padded < ANMF_BYTES) {
            throw damage.corrupt("ANMF: expected at least " + ANMF_BYTES + " bytes, found " + padded);
        }
        int x = 2 * LittleEndian.int24(file, at);
        int y = 2 * LittleEndian.int24(file, at + 3);
        long frameWidth = 1L + LittleEndian.int24(file, at + 6);
        long frameHeight = 1L + LittleEndian.int24(file, at + 9);
        if (frameWidth * frameHeight >= MAX_AREA) {
            throw damage.corrupt(
                    "ANMF: expected less than " + MAX_AREA + " pixels, found " + frameWidth + "x" + frameHeight);
        }
        at += ANMF_BYTES;
        int start = at;
        long payload = padded - ANMF_BYTES;
        readBitstream(payload);
        if (at - start > payload) {
            throw damage.corrupt(
                    "ANMF: expected a picture of at most " + payload + " bytes, found one of " + (at - start));
        }
        // A frame without a picture is passed over, as are frames of what isn't an animation.
        if (animation && (frameAlpha.isPresent() || frameHeader.isPresent())) {
            addFrame(x, y);
        }
    }

    /**
     * Reads one ALPH and one VP8 or VP8L, in any order, and stops before whatever else there is.
     *
     * @param atLeast how many bytes must be there
     */
    private void readBitstream(long atLeast) throws CodecException {
        frameAlpha = Optional.empty();
        frameBitstream = Optional.empty();
        frameHeader = Optional.empty();
        if (riffEnd - at < Math.max(CHUNK_HEADER, atLeast)) {
            throw damage.truncated("expected a picture of at least " + Math.max(CHUNK_HEADER, atLeast)
                    + " bytes, found " + (riffEnd - at));
        }
        while (true) {
            int type = LittleEndian.int32(file, at);
            int padded = chunkLength(at);
            long length = LittleEndian.unsigned32(file, at + 4);
            int body = at + CHUNK_HEADER;
            if (type == VP8L && frameAlpha.isPresent()) {
                throw damage.corrupt("expected VP8 behind ALPH, found VP8L, which has alpha of its own");
            }
            if (type == ALPH && frameAlpha.isEmpty()) {
                frameAlpha = Optional.of(new Stretch(body, body + (int) length));
            } else if ((type == VP8 || type == VP8L) && frameHeader.isEmpty()) {
                boolean lossless = type == VP8L;
                if (padded < StreamHeader.bytes(lossless)) {
                    throw damage.corrupt(quoted(at) + ": expected at least " + StreamHeader.bytes(lossless)
                            + " bytes, found " + padded);
                }
                frameHeader = Optional.of(StreamHeader.read(file, body, length, lossless, damage));
                frameBitstream = Optional.of(new Stretch(body, body + padded));
            } else {
                return;
            }
            at = body + padded;
            if (at == riffEnd) {
                return;
            }
            if (riffEnd - at < CHUNK_HEADER) {
                throw damage.corrupt("expected a chunk of at least 8 bytes, found " + (riffEnd - at));
            }
        }
    }

    private void addFrame(int x, int y) throws CodecException {
        frames++;
        StreamHeader header =
                frameHeader.orElseThrow(() -> damage.corrupt("frame " + frames + ": expected VP8 or VP8L, found none"));
        Stretch bitstream = frameBitstream.orElseThrow();
        if (frameAlpha.isPresent() && frameAlpha.orElseThrow().start() > bitstream.start()) {
            throw damage.corrupt("expected ALPH before its VP8, found it behind");
        }
        boolean animation = (flags & ANIMATION_FLAG) != 0;
        if (animation
                ? (long) x + header.width() > width || (long) y + header.height() > height
                : header.width() != width || header.height() != height) {
            throw otherSize(x, y, header);
        }
        if (frames == 1) {
            if ((long) width * height > ImageSize.MAX_PIXELS) {
                throw tooLarge();
            }
            first = Optional.of(new Frame(x, y, header, frameAlpha, bitstream));
        }
    }

    /** The length of the chunk at {@code from}, padded to an even one; the chunk lies within the file. */
    private int chunkLength(int from) throws CodecException {
        long padded = padded(LittleEndian.unsigned32(file, from + 4));
        if (padded > riffEnd - from - CHUNK_HEADER) {
            throw tooLong(from);
        }
        return (int) padded;
    }

    private static long padded(long length) {
        return length + (length & 1);
    }

    private CodecException tooLong(int from) {
        return damage.corrupt(quoted(from) + ": expected at most " + (riffEnd - from - CHUNK_HEADER) + " bytes, found "
                + LittleEndian.unsigned32(file, from + 4));
    }

    private CodecException otherSize(int foundWidth, int foundHeight) {
        return damage.corrupt(
                "expected a picture of " + width + "x" + height + ", found one of " + foundWidth + "x" + foundHeight);
    }

    private CodecException otherSize(int x, int y, StreamHeader header) {
        if ((flags & ANIMATION_FLAG) == 0) {
            return otherSize(header.width(), header.height());
        }
        return damage.corrupt("frame " + frames + ": expected one within " + width + "x" + height + ", found "
                + header.width() + "x" + header.height() + " at " + x + ", " + y);
    }

    private CodecException tooLarge() {
        return new CodecException("expected at most " + ImageSize.MAX_PIXELS + " pixels, found " + width + "x" + height
                + "; shrink the picture first");
    }

    /** Four bytes of the file as text, what isn't a letter, a digit or a space as a dot. */
    private String quoted(int from) {
        String text = new String(file, from, 4, StandardCharsets.ISO_8859_1);
        return text.replaceAll("[^A-Za-z0-9 ]", ".").strip();
    }

    private static int fourCc(String name) {
        return LittleEndian.int32(name.getBytes(StandardCharsets.ISO_8859_1), 0);
    }
}
