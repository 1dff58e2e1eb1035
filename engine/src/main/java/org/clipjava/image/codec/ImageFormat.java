package org.clipjava.image.codec;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a file is, by its first bytes. */
public enum ImageFormat {
    // Those that are decoded come first.
    JPEG("a JPEG"),
    PNG("a PNG"),
    GIF("a GIF"),
    BMP("a BMP"),
    TIFF("a TIFF"),
    WEBP("a WebP"),
    ICO("a Windows icon"),
    NETPBM("a Netpbm picture"),
    QOI("a QOI"),
    TGA("a TGA"),
    PSD("a Photoshop document"),
    JPEG_2000("a JPEG 2000"),
    HEIC("a HEIC", "convert it, as with `heif-convert in.heic out.png`" + ImageFormat.ON_THE_WAY),
    AVIF("an AVIF", "convert it, as with `avifdec in.avif out.png`" + ImageFormat.ON_THE_WAY),
    JPEG_XL("a JPEG XL", "convert it, as with `djxl in.jxl out.png`"),
    PCX("a PCX", "convert it, as with `convert in.pcx out.png`"),
    SVG("an SVG drawing", "render it, as with `rsvg-convert in.svg -o out.png`"),
    PDF("a PDF document", "render a page, as with `pdftoppm -png`"),
    HTML("an HTML page", "the link may need a login or lead to the page round the picture"),
    XML("an XML document"),
    JSON("JSON"),
    ZIP("a ZIP archive", "unpack it first"),
    GZIP("a gzip file", "unpack it first"),
    VIDEO("a video", "extract a frame, as with `ffmpeg -i in.mp4 -frames:v 1 out.png`"),
    LFS_POINTER("a Git LFS pointer to one", "fetch it with git lfs pull"),
    TEXT("text"),
    EMPTY("an empty file"),
    UNKNOWN("bytes of an unknown format");

    private static final String ON_THE_WAY = ", or have clip do it with --decoder 'convert {} png:-'";

    /** More of a file is not looked at. */
    public static final int SNIFFED_BYTES = 1024;

    private static final List<String> HEIC_BRANDS =
            List.of("heic", "heix", "hevc", "hevx", "heim", "heis", "mif1", "msf1");

    private final String label;
    private final String cure;

    ImageFormat(String label) {
        this(label, "");
    }

    ImageFormat(String label, String cure) {
        this.label = label;
        this.cure = cure;
    }

    /** Whether there is a codec for it. */
    public boolean hasCodec() {
        return compareTo(JPEG_2000) <= 0;
    }

    /** With its article, for messages. */
    public String label() {
        return label;
    }

    /** What the user can do; may be empty. */
    String cure() {
        return cure;
    }

    /** By a whole file, or as much as its first {@link #SNIFFED_BYTES}. */
    public static ImageFormat of(byte[] file) {
        if (file.length == 0) {
            return EMPTY;
        }
        // One character a byte.
        String head = new String(file, 0, Math.min(SNIFFED_BYTES, file.length), ISO_8859_1);
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return JPEG;
        }
        if (head.startsWith("\u0089PNG\r\n\u001a\n")) {
            return PNG;
        }
        if (head.startsWith("GIF87a") || head.startsWith("GIF89a")) {
            return GIF;
        }
        if (head.startsWith("BM") || isDib(head)) {
            return BMP;
        }
        if (head.startsWith("II*\0")
                || head.startsWith("MM\0*")
                || head.startsWith("II+\0")
                || head.startsWith("MM\0+")) {
            return TIFF;
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return WEBP;
        }
        if (head.startsWith("ftyp", 4) && head.length() >= 12) {
            return ofBrand(head.substring(8, 12));
        }
        return ofOther(head);
    }

    private static ImageFormat ofBrand(String brand) {
        if (brand.startsWith("avi")) {
            return AVIF;
        }
        return HEIC_BRANDS.contains(brand) ? HEIC : VIDEO;
    }

    private static ImageFormat ofOther(String head) {
        if (head.startsWith("\u00ff\n") || head.startsWith("\0\0\0\fJXL ")) {
            return JPEG_XL;
        }
        if (head.startsWith("\0\0\0\fjP  ") || head.startsWith("\u00ffO\u00ffQ")) {
            return JPEG_2000;
        }
        if (head.startsWith("\0\0\1\0")) {
            return ICO;
        }
        if (head.matches("(?s)P[1-7f]\\s.*")) {
            return NETPBM;
        }
        if (head.startsWith("8BPS")) {
            return PSD;
        }
        if (head.startsWith("qoif")) {
            return QOI;
        }
        if (head.startsWith("%PDF")) {
            return PDF;
        }
        if (head.startsWith("PK\3\4")) {
            return ZIP;
        }
        if (head.startsWith("\u001f\u008b")) {
            return GZIP;
        }
        if (head.startsWith("\u001aE\u00df\u00a3")) {
            return VIDEO;
        }
        if (head.matches("(?s)\n[\\x00\\x02-\\x05]\\x01[\\x01\\x02\\x04\\x08].*")) {
            return PCX;
        }
        return TgaDecoder.isPlausible(head.getBytes(ISO_8859_1)) ? TGA : ofText(head);
    }

    /** A BMP without its first header, which has no signature: so its number of planes and its bits a pixel have to be right, too. */
    private static boolean isDib(String head) {
        if (head.length() < 16 || !BmpDecoder.isHeaderSize(head.charAt(0)) || !head.startsWith("\0\0\0", 1)) {
            return false;
        }
        int planes = head.charAt(0) == 12 ? 8 : 12;
        return head.startsWith("\1\0", planes)
                && List.of('\1', '\4', '\b', '\20', '\30', '\40').contains(head.charAt(planes + 2))
                && head.charAt(planes + 3) == 0;
    }

    private static ImageFormat ofText(String head) {
        if (head.chars().anyMatch(c -> c < ' ' && c != '\n' && c != '\r' && c != '\t')) {
            return UNKNOWN;
        }
        String text = head.startsWith("\u00ef\u00bb\u00bf") ? head.substring(3) : head;
        String lower = text.strip().toLowerCase(Locale.ROOT);
        if (lower.startsWith("<svg") || (lower.startsWith("<") && lower.contains("<svg") && !lower.contains("<html"))) {
            return SVG;
        }
        if (lower.startsWith("<!doctype html") || lower.startsWith("<html")) {
            return HTML;
        }
        if (head.startsWith("version https://git-lfs")) {
            return LFS_POINTER;
        }
        if (lower.startsWith("<?xml")) {
            return XML;
        }
        return lower.startsWith("{") || lower.startsWith("[") ? JSON : TEXT;
    }

    /** Messages list these. */
    static String supported() {
        return EnumSet.range(JPEG, JPEG_2000).stream().map(Enum::name).collect(Collectors.joining(", "));
    }
}
