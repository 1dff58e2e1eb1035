package org.clipjava.image.codec.jp2;

import java.io.IOException;
import java.util.OptionalLong;
import org.clipjava.image.codec.Background;
import org.clipjava.image.codec.Codec;
import org.clipjava.image.codec.FileBytes;
import org.clipjava.image.codec.PictureConsumer;

/** JPEG 2000: JP2 and bare codestreams; see {@link Jp2Decoder}. */
public final class Jp2Codec implements Codec {
    private static final long HEADER_BOX = 0x6a703268; // jp2h
    private static final long IMAGE_HEADER_BOX = 0x69686472; // ihdr
    private static final int MOST_BOXES = 64;

    @Override
    public void decode(byte[] file, Background background, PictureConsumer picture) throws IOException {
        picture.whole(Jp2Decoder.decode(file, background));
    }

    @Override
    public OptionalLong pixels(FileBytes file) throws IOException {
        if (file.u8(0) == 0xff) {
            return Codec.pixels(
                    file.bigEndian(8, 4) - file.bigEndian(16, 4), file.bigEndian(12, 4) - file.bigEndian(20, 4));
        }
        long at = Jp2Boxes.SIGNATURE.length;
        boolean inHeader = false;
        for (int i = 0; i < MOST_BOXES; i++) {
            long length = file.bigEndian(at, 4);
            long type = file.bigEndian(at + 4, 4);
            int header = 8;
            if (length == 1) {
                header = 16;
                length = file.bigEndian(at + 8, 4) == 0 ? file.bigEndian(at + 12, 4) : 0;
            }
            if (inHeader && type == IMAGE_HEADER_BOX) {
                return Codec.pixels(file.bigEndian(at + header + 4, 4), file.bigEndian(at + header, 4));
            }
            if (length < header) {
                return OptionalLong.empty();
            }
            inHeader |= type == HEADER_BOX;
            at += type == HEADER_BOX ? header : length;
        }
        return OptionalLong.empty();
    }
}
