package org.clipjava.index;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.apache.lucene.document.BinaryDocValuesField;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.LatLonPoint;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.util.BytesRef;

/**
 * What a picture is to Lucene: fields that are searched, and one value, {@link #RECORD}, that holds all that is shown. A broken picture
 * has no vector.
 */
final class Documents {
    static final String ID = "id";
    static final String CONTENT = "content";
    static final String BYTES = "bytes";
    static final String PIXELS = "pixels";
    static final String TAKEN = "taken";
    static final String PLACE = "place";
    static final String PATH = "path";
    static final String CAMERA = "camera";
    static final String TAG = "tag";
    static final String BROKEN = "broken";
    static final String VECTOR = "vector";
    static final String THUMBNAIL = "thumbnail";
    static final String RECORD = "record";

    private static final int VERSION = 1;
    private static final String YES = "1";

    /** Of a term; Lucene takes no longer one. A longer path can't be searched by {@code path:}. */
    private static final int MAX_TERM = 32_000;

    /** What a {@link #RECORD} holds. */
    sealed interface Stored {
        FileStamp stamp();

        /** A picture. */
        record Sound(IndexedPicture picture) implements Stored {
            @Override
            public FileStamp stamp() {
                return picture.stamp();
            }
        }

        /** None. */
        record Broken(BrokenPicture picture) implements Stored {
            @Override
            public FileStamp stamp() {
                return picture.stamp();
            }
        }
    }

    private Documents() {}

    /** Of one whose vector has length 1. */
    static Document of(IndexedPicture picture, float[] vector, byte[] thumbnail) {
        Document document = new Document();
        document.add(new StringField(ID, picture.id(), Field.Store.NO));
        document.add(new StringField(CONTENT, picture.content(), Field.Store.NO));
        document.add(new LongPoint(BYTES, picture.stamp().bytes()));
        document.add(new LongPoint(PIXELS, picture.pixels()));
        picture.shot().taken().ifPresent(taken -> document.add(new LongPoint(TAKEN, seconds(taken))));
        picture.shot()
                .place()
                .ifPresent(place -> document.add(new LatLonPoint(PLACE, place.latitude(), place.longitude())));
        picture.shot().camera().ifPresent(camera -> document.add(term(CAMERA, camera)));
        String path = picture.stamp().file().toString();
        if (path.getBytes(StandardCharsets.UTF_8).length < MAX_TERM) {
            document.add(term(PATH, path));
        }
        picture.tags().forEach(tag -> document.add(term(TAG, tag)));
        document.add(new KnnFloatVectorField(VECTOR, vector, VectorSimilarityFunction.DOT_PRODUCT));
        document.add(new BinaryDocValuesField(THUMBNAIL, new BytesRef(thumbnail)));
        document.add(new BinaryDocValuesField(RECORD, record(picture)));
        return document;
    }

    static Document of(BrokenPicture picture) {
        Document document = new Document();
        document.add(new StringField(ID, PictureId.of(picture.stamp().file()), Field.Store.NO));
        document.add(new StringField(BROKEN, YES, Field.Store.NO));
        document.add(new BinaryDocValuesField(RECORD, written(out -> {
            out.writeByte(VERSION);
            out.writeBoolean(false);
            write(out, picture.stamp());
            out.writeUTF(cut(picture.reason()));
        })));
        return document;
    }

    private static StringField term(String field, String value) {
        return new StringField(field, value.toLowerCase(Locale.ROOT), Field.Store.NO);
    }

    /** By a clock without a zone, as cameras have it. */
    static long seconds(LocalDateTime taken) {
        return taken.toEpochSecond(ZoneOffset.UTC);
    }

    private static BytesRef record(IndexedPicture picture) {
        return written(out -> {
            out.writeByte(VERSION);
            out.writeBoolean(true);
            write(out, picture.stamp());
            out.writeUTF(picture.content());
            out.writeInt(picture.width());
            out.writeInt(picture.height());
            out.writeLong(picture.look());
            Shot shot = picture.shot();
            out.writeBoolean(shot.taken().isPresent());
            if (shot.taken().isPresent()) {
                out.writeLong(seconds(shot.taken().get()));
            }
            out.writeBoolean(shot.place().isPresent());
            if (shot.place().isPresent()) {
                out.writeDouble(shot.place().get().latitude());
                out.writeDouble(shot.place().get().longitude());
            }
            out.writeUTF(cut(shot.camera().orElse("")));
            out.writeInt(picture.tags().size());
            for (String tag : picture.tags()) {
                out.writeUTF(cut(tag));
            }
            out.writeUTF(cut(picture.decoder()));
        });
    }

    /** {@code writeUTF} takes 65,535 bytes, and a character has three at most. */
    private static String cut(String text) {
        int longest = 0xffff / 3;
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    private static void write(DataOutputStream out, FileStamp stamp) throws IOException {
        byte[] path = stamp.file().toString().getBytes(StandardCharsets.UTF_8);
        out.writeInt(path.length);
        out.write(path);
        out.writeLong(stamp.bytes());
        out.writeLong(stamp.modifiedNanos());
    }

    private interface Content {
        void to(DataOutputStream out) throws IOException;
    }

    private static BytesRef written(Content content) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            content.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new BytesRef(bytes.toByteArray());
    }

    /** Reads what was written. */
    static Stored stored(BytesRef record) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.bytes, record.offset, record.length));
        int version = in.readByte();
        if (version != VERSION) {
            throw new IndexException(
                    IndexException.Kind.DAMAGED_INDEX,
                    "the index: expected records of version " + VERSION + ", found " + version
                            + "; use the clip-java that wrote it, or index anew");
        }
        boolean sound = in.readBoolean();
        byte[] path = in.readNBytes(in.readInt());
        FileStamp stamp =
                new FileStamp(Path.of(new String(path, StandardCharsets.UTF_8)), in.readLong(), in.readLong());
        if (!sound) {
            return new Stored.Broken(new BrokenPicture(stamp, in.readUTF()));
        }
        String content = in.readUTF();
        int width = in.readInt();
        int height = in.readInt();
        long look = in.readLong();
        Optional<LocalDateTime> taken = in.readBoolean()
                ? Optional.of(LocalDateTime.ofEpochSecond(in.readLong(), 0, ZoneOffset.UTC))
                : Optional.empty();
        Optional<Place> place =
                in.readBoolean() ? Optional.of(new Place(in.readDouble(), in.readDouble())) : Optional.empty();
        Optional<String> camera = Optional.of(in.readUTF()).filter(name -> !name.isEmpty());
        int count = in.readInt();
        List<String> tags = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            tags.add(in.readUTF());
        }
        String decoder = in.available() == 0 ? "" : in.readUTF(); // an older record ends here
        return new Stored.Sound(new IndexedPicture(
                PictureId.of(stamp.file()),
                stamp,
                content,
                width,
                height,
                look,
                new Shot(taken, place, camera),
                tags,
                decoder));
    }
}
