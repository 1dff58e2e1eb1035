package org.clipjava.index;

import java.util.List;
import java.util.Objects;

/**
 * A picture of an index.
 *
 * @param id 24 hexadecimal digits that stay with the file's path; what a server names pictures by
 * @param stamp its file as it was when it was read
 * @param content SHA-256 of the file
 * @param width pixels, upright
 * @param height pixels, upright
 * @param look a perceptual hash: pictures that look alike differ in few of its 64 bits
 * @param shot when, where and with what it was taken
 * @param tags labels that a classifier gave it
 * @param decoder {@link org.clipjava.image.ImageDecoder#identity} of what decoded it, if that was no codec of this library; else empty
 */
public record IndexedPicture(
        String id,
        FileStamp stamp,
        String content,
        int width,
        int height,
        long look,
        Shot shot,
        List<String> tags,
        String decoder) {
    /** Copies the tags. */
    public IndexedPicture {
        Objects.requireNonNull(id);
        Objects.requireNonNull(stamp);
        Objects.requireNonNull(content);
        Objects.requireNonNull(shot);
        Objects.requireNonNull(decoder);
        tags = List.copyOf(tags);
    }

    /** A picture that this library decoded. */
    public IndexedPicture(
            String id,
            FileStamp stamp,
            String content,
            int width,
            int height,
            long look,
            Shot shot,
            List<String> tags) {
        this(id, stamp, content, width, height, look, shot, tags, "");
    }

    /** Width x height. */
    public long pixels() {
        return (long) width * height;
    }

    /** The same with other labels. */
    public IndexedPicture withTags(List<String> labels) {
        return new IndexedPicture(id, stamp, content, width, height, look, shot, labels, decoder);
    }

    IndexedPicture movedTo(FileStamp moved) {
        return new IndexedPicture(PictureId.of(moved.file()), moved, content, width, height, look, shot, tags, decoder);
    }
}
