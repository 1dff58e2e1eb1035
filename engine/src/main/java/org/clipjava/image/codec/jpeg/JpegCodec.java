package org.clipjava.image.codec.jpeg;

import java.io.IOException;
import java.util.Optional;
import java.util.OptionalLong;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.Codec;
import org.clipjava.image.codec.DraftSize;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.image.codec.HeapRoom;
import org.clipjava.image.codec.Helpers;
import org.clipjava.image.codec.ImageSize;
import org.clipjava.image.codec.Orientation;
import org.clipjava.image.codec.PictureConsumer;
import org.clipjava.image.codec.UprightSize;

/** JPEG; see {@link JpegDecoder}. A picture that stands upright comes in bands and is never whole in here. */
public final class JpegCodec implements Codec {
    /** Pixels of the smallest picture that several threads decode: a smaller one is done when they have woken up. */
    private static final int LEAST_TO_SHARE = 1 << 20;

    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        decode(open(file), Reduction.NONE, picture);
    }

    @Override
    public void decode(byte[] file, Background background, DraftSize wanted, PictureConsumer picture)
            throws IOException {
        JpegDecoder decoder = open(file);
        JpegHeader header = decoder.header();
        DraftSize stored = wanted.stored(decoder.orientation());
        decode(decoder, Reduction.of(header.width(), header.height(), stored.width(), stored.height()), picture);
    }

    @Override
    public Optional<UprightSize> sizeBeforeDraft(byte[] file) throws IOException {
        JpegDecoder decoder = open(file);
        JpegHeader header = decoder.header();
        return Optional.of(
                decoder.orientation().swapsAxes()
                        ? new UprightSize(header.height(), header.width())
                        : new UprightSize(header.width(), header.height()));
    }

    private static void decode(JpegDecoder decoder, Reduction reduction, PictureConsumer picture) throws IOException {
        int width = reduction.of(decoder.header().width());
        int height = reduction.of(decoder.header().height());
        Orientation orientation = decoder.orientation();
        long turned = orientation == Orientation.NORMAL ? 0 : 3L * width * height;
        HeapRoom.check(turned + decoder.bytesOfCoefficients(), "decode " + width + "x" + height + " pixels");
        boolean share = (long) decoder.header().width() * decoder.header().height() >= LEAST_TO_SHARE;
        Helpers helpers = share ? picture.helpers() : Helpers.NONE;
        if (orientation == Orientation.NORMAL) {
            picture.begin(width, height);
            decoder.decode(reduction, (y, count, rgb) -> picture.rows(rgb, 0, count), helpers);
        } else {
            Orientation.Turn turn = orientation.turn(width, height);
            decoder.decode(reduction, turn::rows, helpers);
            picture.whole(turn.upright());
        }
    }

    private static JpegDecoder open(byte[] file) throws IOException {
        return JpegDecoder.open(file, ImageSize.MAX_PIXELS);
    }

    @Override
    public Orientation orientation(byte[] file) throws IOException {
        return open(file).orientation();
    }

    /** Of the frame's header; empty if a scan comes before it. */
    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        long at = 2;
        while (true) {
            while (file.u8(at) != 0xff) {
                at++;
            }
            while (file.u8(at) == 0xff) {
                at++;
            }
            int marker = file.u8(at++);
            if (Markers.isFrame(marker)) {
                return Codec.pixels(file.bigEndian(at + 5, 2), file.bigEndian(at + 3, 2));
            }
            if (marker == Markers.SOS || marker == Markers.EOI) {
                return OptionalLong.empty();
            }
            if (Markers.hasLength(marker)) {
                at += Math.max(2, file.bigEndian(at, 2));
            }
        }
    }
}
