package org.clipjava.image;

import org.clipjava.image.codec.BmpCodec;
import org.clipjava.image.codec.Codec;
import org.clipjava.image.codec.GifCodec;
import org.clipjava.image.codec.IcoCodec;
import org.clipjava.image.codec.ImageFormat;
import org.clipjava.image.codec.NetpbmCodec;
import org.clipjava.image.codec.PluginCodec;
import org.clipjava.image.codec.PngCodec;
import org.clipjava.image.codec.PsdCodec;
import org.clipjava.image.codec.QoiCodec;
import org.clipjava.image.codec.TgaCodec;
import org.clipjava.image.codec.jp2.Jp2Codec;
import org.clipjava.image.codec.jpeg.JpegCodec;
import org.clipjava.image.codec.tiff.TiffCodec;
import org.clipjava.image.codec.webp.WebpCodec;

/** Which codec decodes what. */
final class Codecs {
    private Codecs() {}

    static Codec of(ImageFormat format) {
        return switch (format) {
            case JPEG -> new JpegCodec();
            case PNG -> new PngCodec();
            case GIF -> new GifCodec();
            case BMP -> new BmpCodec();
            case TIFF -> new TiffCodec();
            case WEBP -> new WebpCodec();
            case ICO -> new IcoCodec();
            case NETPBM -> new NetpbmCodec();
            case QOI -> new QoiCodec();
            case TGA -> new TgaCodec();
            case PSD -> new PsdCodec();
            case JPEG_2000 -> new Jp2Codec();
            default -> new PluginCodec(format);
        };
    }
}
