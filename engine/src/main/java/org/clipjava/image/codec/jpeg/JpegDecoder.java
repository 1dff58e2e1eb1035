package org.clipjava.image.codec.jpeg;

import java.io.EOFException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.clipjava.image.codec.CodecException;
import org.clipjava.image.codec.Helpers;
import org.clipjava.image.codec.Orientation;

/**
 * Decodes one JPEG file: sequential and progressive, Huffman and arithmetic coding, 8 bits a sample, 1, 3 or 4 components
 * of any sampling factors that divide the largest.
 *
 * <p>The pixels are those of Pillow with libjpeg-turbo, to the bit. Damage that libjpeg reads over is read over in the same
 * way; what is an error to Pillow is one here, a file that ends before its picture does among it. Colour profiles
 * are not looked at; the rows are those that are stored, whatever the orientation.
 *
 * <p>Deviations, each on purpose: a height that only a marker behind the first scan gives is found, and arithmetic coding is
 * read beyond 64 KB, where Pillow gives up; lossless JPEG is refused; so are many scans, and a header that claims more pixels
 * than so few bytes can stand for, which Pillow fills with gray. Of a file whose last marker is missing, with fewer than
 * eight bytes in its place, libjpeg's verdict depends on how it happened to fetch its bits; here it is called truncated if
 * fewer than four are there.
 */
public final class JpegDecoder {
    /** libjpeg's own programs give up where a file has more scans; each costs a pass over the whole picture. */
    private static final int MAX_SCANS = 500;

    /** All passes together, in pictures of the most pixels that are allowed; a usual picture has 10 scans. */
    private static final long MAX_PASSES = 16;

    /** Pixels that a byte of Huffman codes stands for at most: a block of 64 costs one bit at least. */
    private static final long MOST_OF_HUFFMAN = 512;

    /** An arithmetic coder writes very little for a picture of one colour. */
    private static final long MOST_OF_ARITHMETIC = 1 << 16;

    /** Pillow reads so much at a time, and nothing more once it has all rows. */
    private static final int PILLOWS_BLOCK = 1 << 16;

    private static final int MAX_FACTOR = 4;

    private final Input in;
    private final long maxPixels;
    private final Tables tables = new Tables();
    private boolean frameSeen;
    private Frame frame;
    private Scan scan;
    private int scans;
    private boolean jfif;

    /** -1 without an Adobe marker. */
    private int adobeTransform = -1;

    private final Metadata metadata = new Metadata();
    private boolean decoded;

    private JpegDecoder(byte[] file, long maxPixels) {
        this.in = new Input(file);
        this.maxPixels = maxPixels;
        frame = new Frame(0, 0, List.of(), 1, 1, false, false);
        scan = new Scan(List.of(), 0, 0, 0, 0, 0);
    }

    /**
     * Reads a file up to its first scan.
     *
     * @param file is not copied, and must not change
     * @param maxPixels the largest width x height that is not refused
     * @throws CodecException if it is damaged, too large, or of a kind that is not decoded
     */
    public static JpegDecoder open(byte[] file, long maxPixels) throws CodecException {
        JpegDecoder decoder = new JpegDecoder(file, maxPixels);
        try {
            decoder.readHeader();
        } catch (EOFException e) {
            throw decoder.in.truncated();
        }
        return decoder;
    }

    public JpegHeader header() {
        return new JpegHeader(frame.width(), frame.height(), colors(), frame.progressive(), frame.arithmetic());
    }

    /** How the stored picture is turned to stand upright, by EXIF or, where that does not say it, XMP. */
    public Orientation orientation() {
        return metadata.orientation();
    }

    /** What several scans fill little by little; 0 if there is one, of which a band is kept. */
    long bytesOfCoefficients() {
        long coefficients = 0;
        for (Component component : frame.components()) {
            coefficients += component.rowOfBlocks(component.paddedDown);
        }
        return hasSeveralScans() ? Short.BYTES * coefficients : 0;
    }

    /**
     * Decodes the picture. All rows may have been handed over when it turns out that the file is damaged.
     *
     * @throws CodecException if the file is damaged or ends too early
     * @throws IllegalStateException if it has been decoded before
     */
    public void decode(RowConsumer rows) throws CodecException {
        decode(Reduction.NONE, rows);
    }

    /**
     * Decodes the picture smaller: each of its sides is {@link Reduction#of(int)} of what the header says. The pixels are those of
     * Pillow's {@code draft}.
     *
     * @throws CodecException if the file is damaged or ends too early
     * @throws IllegalStateException if it has been decoded before
     */
    public void decode(Reduction reduction, RowConsumer rows) throws CodecException {
        decode(reduction, rows, Helpers.NONE);
    }

    /**
     * The same, with threads that do a part of it. Rows come one after the other all the same.
     *
     * @throws CodecException if the file is damaged or ends too early
     * @throws IllegalStateException if it has been decoded before
     */
    public void decode(Reduction reduction, RowConsumer rows, Helpers helpers) throws CodecException {
        if (decoded) {
            throw new IllegalStateException("a JpegDecoder decodes once");
        }
        decoded = true;
        SampleBands samples = new SampleBands(frame, colors(), reduction, rows, in);
        try {
            if (hasSeveralScans()) {
                decodeScans(samples, helpers);
            } else {
                decodeScan(samples, helpers);
            }
        } catch (EOFException e) {
            throw in.truncated();
        }
    }

    private boolean hasSeveralScans() {
        return frame.progressive()
                || scan.components().size() < frame.components().size();
    }

    private void readHeader() throws EOFException, CodecException {
        boolean started = false;
        while (true) {
            if (started) {
                in.findMarker();
            } else {
                startImage();
            }
            if (in.marker == Markers.SOS) {
                readScan();
                break;
            }
            if (in.marker == Markers.EOI) {
                if (frameSeen) {
                    throw in.corrupt("no scan before the end of the picture");
                }
                started = false; // tables alone, for the pictures behind them
                continue;
            }
            if (started && in.marker == Markers.SOI) {
                throw in.corrupt("expected one start of image, found two");
            }
            if (in.marker == Markers.TEM) {
                throw noMarker(); // libjpeg would go on, but Pillow looks at the header before it
            }
            if (in.marker != Markers.SOI) {
                readSegment();
            }
            started = true;
        }
        in.marker = 0;
        checkSize();
        if (hasSeveralScans()) {
            checkWork(scans + scansAhead()); // before there is memory for any
        }
    }

    private void startImage() throws EOFException, CodecException {
        boolean first = in.position == 0;
        if (in.unsignedShort() != (0xff00 | Markers.SOI)) {
            throw in.corrupt("expected a start of image");
        }
        if (first && in.position < in.end && in.bytes[in.position] != (byte) 0xff) {
            throw in.corrupt(
                    "expected a marker behind the start of image"); // libjpeg would look for one; Pillow does not
        }
        in.marker = Markers.SOI;
        tables.startImage();
        jfif = false;
        adobeTransform = -1;
    }

    private void readSegment() throws EOFException, CodecException {
        int marker = in.marker;
        switch (marker) {
            case Markers.DHT -> tables.readHuffman(in);
            case Markers.DQT -> tables.readQuantization(in);
            case Markers.DAC -> tables.readArithmetic(in);
            case Markers.DRI -> tables.readRestartInterval(in);
            case Markers.APP0 -> readApp0();
            case Markers.APP1 -> readApp1();
            case Markers.APP14 -> readApp14();
            case Markers.COM, Markers.DNL -> skipSegment();
            case Markers.TEM -> {}
            case Markers.SOI -> throw in.corrupt("expected one start of image, found two");
            default -> {
                if (marker >= Markers.APP0 && marker <= Markers.APP15) {
                    skipSegment();
                } else if (marker >= Markers.SOF0 && marker <= Markers.SOF15) {
                    readFrame(marker);
                } else if (marker < Markers.RST0 || marker > Markers.RST7) {
                    throw noMarker();
                }
            }
        }
        in.marker = 0;
    }

    private CodecException noMarker() {
        return in.corrupt("expected a marker, found 0xff, 0x" + Integer.toHexString(in.marker));
    }

    /** Lengths of 0 and 1, which can't be, are taken for 2, as libjpeg does. */
    private void skipSegment() throws EOFException {
        int length = in.unsignedShort();
        in.skip(Math.max(length - 2, 0));
    }

    private void readApp0() throws EOFException {
        int start = in.position + 2;
        skipSegment();
        jfif |= in.position - start >= 14 && startsWith("JFIF\0", start);
    }

    private void readApp1() throws EOFException {
        int start = in.position + 2;
        skipSegment();
        if (scans == 0) { // later ones Pillow does not see
            metadata.add(in.bytes, start, in.position);
        }
    }

    private void readApp14() throws EOFException {
        int start = in.position + 2;
        skipSegment();
        if (in.position - start >= 12 && startsWith("Adobe", start)) {
            adobeTransform = in.bytes[start + 11] & 0xff;
        }
    }

    private boolean startsWith(String prefix, int at) {
        for (int i = 0; i < prefix.length(); i++) {
            if (in.bytes[at + i] != prefix.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    private void readFrame(int marker) throws EOFException, CodecException {
        checkKind(marker);
        if (frameSeen) {
            throw in.corrupt("expected one frame, found two");
        }
        int length = in.unsignedShort();
        int precision = in.unsignedByte();
        int height = in.unsignedShort();
        int width = in.unsignedShort();
        int count = in.unsignedByte();
        if (length != 8 + 3 * count) {
            throw in.corrupt("expected a frame's header of " + (8 + 3 * count) + " bytes, found " + length);
        }
        if (precision != 8) {
            throw in.unsupported("expected 8 bits a sample, found " + precision + "; convert it to 8 bits first");
        }
        if (count != 1 && count != 3 && count != 4) {
            throw in.unsupported("expected 1, 3 or 4 components, found " + count);
        }
        int[][] fields = new int[count][];
        int mostH = 1;
        int mostV = 1;
        for (int i = 0; i < count; i++) {
            int id = in.unsignedByte();
            int factors = in.unsignedByte();
            fields[i] = new int[] {id, factors >> 4, factors & 15, in.unsignedByte()};
            checkFactor(fields[i][1]);
            checkFactor(fields[i][2]);
            mostH = Math.max(mostH, fields[i][1]);
            mostV = Math.max(mostV, fields[i][2]);
        }
        if (height == 0) {
            height = numberOfLines();
        }
        checkDimensions(width, height);
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int[] f = fields[i];
            components.add(new Component(i, f[0], f[1], f[2], f[3], mostH, mostV, width, height));
        }
        boolean progressive = marker == Markers.SOF2 || marker == Markers.SOF10;
        boolean arithmetic = marker >= Markers.SOF9;
        frame = new Frame(width, height, List.copyOf(components), mostH, mostV, progressive, arithmetic);
        frameSeen = true;
    }

    private void checkKind(int marker) throws CodecException {
        switch (marker) {
            case Markers.SOF0, Markers.SOF1, Markers.SOF2, Markers.SOF9, Markers.SOF10 -> {}
            default -> {
                boolean lossless = marker == Markers.SOF3 || marker == Markers.SOF11;
                String kind =
                        lossless ? "lossless coding" : marker == Markers.JPG ? "an extension" : "hierarchical coding";
                throw in.unsupported("expected baseline, extended or progressive coding, found " + kind
                        + "; convert it to PNG first");
            }
        }
    }

    private void checkFactor(int factor) throws CodecException {
        if (factor < 1 || factor > MAX_FACTOR) {
            throw in.corrupt("expected sampling factors of 1 to " + MAX_FACTOR + ", found " + factor);
        }
    }

    /**
     * The height where the frame's header leaves it open: a marker behind the first scan has it.
     *
     * @return 0 if there is none
     */
    private int numberOfLines() throws EOFException {
        Input ahead = new Input(in.bytes, in.position);
        try {
            do {
                ahead.findMarker();
                if (ahead.marker == Markers.DNL) {
                    return ahead.unsignedShort() == 4 ? ahead.unsignedShort() : 0;
                }
                if (Markers.hasLength(ahead.marker) && ahead.marker != Markers.EOI) {
                    ahead.skip(Math.max(ahead.unsignedShort() - 2, 0));
                }
            } while (ahead.marker != Markers.EOI);
        } catch (EOFException e) {
            return 0;
        }
        return 0;
    }

    private void checkDimensions(int width, int height) throws CodecException {
        if (width < 1 || height < 1) {
            throw in.refused("corrupt picture: expected at least one pixel, found " + width + "x" + height);
        }
        if ((long) width * height > maxPixels) {
            throw in.refused("expected at most " + maxPixels + " pixels, found " + width + "x" + height
                    + "; shrink the picture first");
        }
    }

    /** What the header claims must be paid for by the file. */
    private void checkSize() throws CodecException {
        long most = frame.arithmetic() ? MOST_OF_ARITHMETIC : MOST_OF_HUFFMAN;
        if ((long) frame.width() * frame.height() > most * in.bytes.length) {
            throw in.truncated();
        }
    }

    private JpegColors colors() {
        List<Component> components = frame.components();
        return switch (components.size()) {
            case 1 -> JpegColors.GRAY;
            case 4 -> adobeTransform > 0 ? JpegColors.YCCK : JpegColors.CMYK;
            default -> {
                if (jfif) {
                    yield JpegColors.YCBCR;
                }
                if (adobeTransform >= 0) {
                    yield adobeTransform == 0 ? JpegColors.RGB : JpegColors.YCBCR;
                }
                boolean rgb = components.get(0).id == 'R' && components.get(1).id == 'G' && components.get(2).id == 'B';
                yield rgb ? JpegColors.RGB : JpegColors.YCBCR;
            }
        };
    }

    private void readScan() throws EOFException, CodecException {
        if (!frameSeen) {
            throw in.corrupt("a scan before the frame's header");
        }
        int length = in.unsignedShort();
        int count = in.unsignedByte();
        if (count < 1 || count > 4 || length != 6 + 2 * count) {
            throw in.corrupt("expected a scan's header of 8 to 14 bytes, two for each component, found " + length
                    + " bytes for " + count);
        }
        List<Component> components = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            int id = in.unsignedByte();
            int slots = in.unsignedByte();
            Component component = find(id, components);
            component.dcTable = slots >> 4;
            component.acTable = slots & 15;
            components.add(component);
        }
        int first = in.unsignedByte();
        int last = in.unsignedByte();
        int bits = in.unsignedByte();
        scans++;
        scan = new Scan(List.copyOf(components), first, last, bits >> 4, bits & 15, scans);
        checkWork(scans);
    }

    private void checkWork(int passes) throws CodecException {
        if (passes > MAX_SCANS) {
            throw in.unsupported("expected at most " + MAX_SCANS + " scans, found more");
        }
        long pixels = (long) frame.width() * frame.height();
        if (passes * pixels > MAX_PASSES * maxPixels) {
            throw in.unsupported("expected at most " + MAX_PASSES * maxPixels / pixels + " scans of " + frame.width()
                    + "x" + frame.height() + " pixels, found more; write it with fewer");
        }
    }

    /** libjpeg wants a scan's components in the order of the frame, unless several have one id. */
    private Component find(int id, List<Component> before) throws CodecException {
        List<Component> all = frame.components();
        for (int i = before.size(); i < all.size(); i++) {
            Component component = all.get(i);
            if (component.id == id) {
                if (before.contains(component)) {
                    break;
                }
                return component;
            }
        }
        throw in.corrupt("a scan of a component " + id + " that the frame does not have there");
    }

    private void checkScan() throws CodecException {
        int blocks = 0;
        for (Component component : scan.components()) {
            blocks += component.h * component.v;
        }
        if (scan.interleaved() && blocks > Scan.MAX_BLOCKS) {
            throw in.corrupt("expected MCUs of at most " + Scan.MAX_BLOCKS + " blocks, found " + blocks);
        }
        if (!frame.progressive()) {
            return;
        }
        boolean dc = scan.first() == 0;
        boolean band = dc ? scan.last() == 0 : scan.first() <= scan.last() && scan.last() < Blocks.SIZE;
        boolean bits = scan.low() <= 13 && (scan.high() == 0 || scan.low() == scan.high() - 1);
        if (!band || !bits || (!dc && scan.interleaved())) {
            throw in.corrupt("a progressive scan of coefficients " + scan.first() + " to " + scan.last() + ", bits "
                    + scan.high() + " to " + scan.low() + ", of "
                    + scan.components().size() + " components");
        }
        for (Component component : scan.components()) {
            int last = Math.max(scan.last(), BlockSmoothing.ESTIMATED);
            for (int k = Math.min(scan.first(), 1); k <= last; k++) {
                component.lackedBefore[k] = scan.number() > 1 ? component.lacking[k] : 0;
            }
            for (int k = scan.first(); k <= scan.last(); k++) {
                component.lacking[k] = scan.low();
            }
        }
    }

    private void startScan(EntropyDecoder entropy) throws CodecException {
        checkScan();
        for (Component component : scan.components()) {
            if (!component.quantized) {
                component.quantizeBy(tables.quantization(component.quantizationTable, in));
            }
        }
        if (!frame.arithmetic() && !frame.progressive()) {
            tables.defaultHuffman();
        }
        entropy.start(scan, tables);
    }

    /** One scan of all components, and then whatever follows up to the end. */
    private void decodeScan(SampleBands samples, Helpers helpers) throws EOFException, CodecException {
        EntropyDecoder entropy = EntropyDecoder.of(frame, in);
        startScan(entropy);
        Input behind = new OnlyScan(frame, tables, entropy, samples, helpers).decode();
        in.position = behind.position;
        in.marker = behind.marker;
        readToEnd();
    }

    /** What follows the only scan may be damaged, but not missing. */
    private void readToEnd() throws CodecException {
        in.end = (int) Math.min(in.bytes.length, (in.position + PILLOWS_BLOCK - 1L) / PILLOWS_BLOCK * PILLOWS_BLOCK);
        try {
            while (true) {
                if (in.marker == 0) {
                    in.findMarker();
                }
                if (in.marker == Markers.EOI) {
                    return;
                }
                if (in.marker == Markers.SOS) {
                    readScan();
                    throw in.corrupt("expected one scan, found two");
                }
                readSegment();
            }
        } catch (EOFException e) {
            return; // all rows are there
        }
    }

    /** Several scans, up to the end of the file; then all bands. */
    private void decodeScans(SampleBands samples, Helpers helpers) throws EOFException, CodecException {
        WholePicture picture = new WholePicture(frame);
        EntropyDecoder entropy = EntropyDecoder.of(frame, in);
        int lastGoodBand;
        do {
            startScan(entropy);
            lastGoodBand = 0;
            for (int band = 0; band < frame.bands(); band++) {
                if (entropy.decodeBand(frame, band, picture.coefficients, band)) {
                    lastGoodBand = band;
                }
            }
            entropy.finish();
        } while (nextScan());
        if (scans == 1) {
            for (Component component : frame.components()) {
                Arrays.fill(component.lackedBefore, -1);
            }
        }
        picture.handOver(samples, helpers, lastGoodBand);
    }

    /** Scans that follow the one whose header was read. */
    private int scansAhead() {
        Input ahead = new Input(in.bytes, in.position);
        int count = 0;
        try {
            while (true) {
                ahead.findMarker();
                if (ahead.marker == Markers.EOI) {
                    return count;
                }
                count += ahead.marker == Markers.SOS ? 1 : 0;
                if (Markers.hasLength(ahead.marker)) {
                    ahead.skip(Math.max(ahead.unsignedShort() - 2, 0));
                }
            }
        } catch (EOFException e) {
            return count;
        }
    }

    /** Reads up to the next scan; false at the end of the picture. */
    private boolean nextScan() throws EOFException, CodecException {
        while (true) {
            if (in.marker == 0) {
                in.findMarker();
            }
            if (in.marker == Markers.EOI) {
                return false;
            }
            if (in.marker == Markers.SOS) {
                readScan();
                in.marker = 0;
                return true;
            }
            readSegment();
        }
    }
}
