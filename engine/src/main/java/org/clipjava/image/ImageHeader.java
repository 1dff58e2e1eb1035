package org.clipjava.image;

/**
 * What a file says of the picture in it, beside the pixels.
 *
 * @param format {@code JPEG}, {@code PNG} and so on
 * @param orientation EXIF's and TIFF's value, 1 to 8, by which {@link ImageDecoder} turns the picture upright; 1: it stands
 *     so already; from 5 on, width and height change places
 */
public record ImageHeader(String format, int orientation) {
    /**
     * Reads it from a whole file.
     *
     * @param name what messages call it
     * @throws ImageFormatException if it is corrupt
     */
    public static ImageHeader of(byte[] encoded, String name) throws ImageFormatException {
        ImageFormat format = ImageFormat.of(encoded);
        Orientation orientation = switch (format) {
            case JPEG -> JpegFile.read(encoded, name).orientation();
            case PNG -> PngDecoder.orientation(encoded, name);
            case TIFF ->
                Orientation.of(TiffDirectory.read(encoded)
                        .first(TiffDirectory.ORIENTATION)
                        .orElse(1));
            case WEBP -> WebpFile.read(encoded).orientation();
            default -> Orientation.NORMAL;
        };
        return new ImageHeader(format.name(), orientation.value());
    }
}
