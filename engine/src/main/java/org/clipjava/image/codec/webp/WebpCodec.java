package org.clipjava.image.codec.webp;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.Codec;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.image.codec.Orientation;
import org.clipjava.image.codec.PictureConsumer;
import org.clipjava.image.codec.PixelRows;

/** WebP; see {@link WebpPicture}. */
public final class WebpCodec implements Codec {
    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        WebpPicture webp = WebpPicture.read(file);
        PixelRows stored = new PixelRows(webp.width(), webp.height(), rgb(webp, background));
        picture.whole(orientation(webp).apply(stored));
    }

    private static byte[] rgb(WebpPicture webp, Background background) throws IOException {
        if (!background.shows() || !webp.hasAlpha()) {
            return webp.rgb();
        }
        byte[] rgba = webp.rgba();
        byte[] rgb = new byte[rgba.length / 4 * 3];
        for (int i = 0; i < rgba.length / 4; i++) {
            System.arraycopy(rgba, 4 * i, rgb, 3 * i, 3);
            background.blend(rgb, 3 * i, rgba[4 * i + 3] & 0xff);
        }
        return rgb;
    }

    @Override
    public Orientation orientation(byte[] file) throws IOException {
        return orientation(WebpPicture.read(file));
    }

    private static Orientation orientation(WebpPicture webp) {
        OptionalInt known = OptionalInt.empty();
        Optional<byte[]> exif = webp.exif();
        if (exif.isPresent()) {
            known = Orientation.ofExif(exif.get());
        }
        Optional<byte[]> xmp = webp.xmp();
        if (known.isEmpty() && xmp.isPresent()) {
            known = Orientation.ofXmp(xmp.get());
        }
        return Orientation.of(known.orElse(1));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        return WebpPicture.pixels(file.first(WebpPicture.HEAD_BYTES));
    }
}
