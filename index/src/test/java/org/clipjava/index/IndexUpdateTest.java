package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.lucene.util.BytesRef;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.Embedding;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.index.IndexUpdate.Summary;
import org.clipjava.index.PictureIndex.Effort;
import org.clipjava.index.PictureIndex.Hit;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a run does with what changed between it and the last. */
class IndexUpdateTest {
    private static Clip clip;

    @TempDir
    Path root;

    private final Heard heard = new Heard();

    @BeforeAll
    static void opensTheModel() throws IOException {
        clip = Pictograms.model();
    }

    @AfterAll
    static void closesTheModel() {
        clip.close();
    }

    /** What happens behind the walk. */
    private interface Hook {
        void run() throws IOException;
    }

    private static final class Heard implements IndexUpdate.Listener {
        final List<String> remarks = new ArrayList<>();
        final List<BrokenPicture> broken = new ArrayList<>();
        int found;
        int done;
        Hook hook = () -> {};

        @Override
        public void found(int pictures) {
            found = pictures;
            try {
                hook.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void done(int all, int quick) {
            done = all;
        }

        @Override
        public void remark(String line) {
            remarks.add(line);
        }

        @Override
        public void broken(BrokenPicture picture) {
            broken.add(picture);
        }
    }

    private Path pictures() {
        return root.resolve("pictures");
    }

    private PictureIndex open() throws IOException {
        return PictureIndex.open(root.resolve("index"), IndexModel.of(clip, "pictograms"), IndexOptions.defaults());
    }

    private Summary update() throws IOException, InterruptedException {
        try (PictureIndex index = open()) {
            return IndexUpdate.of(index, clip).withThreads(2).run(List.of(pictures()), heard);
        }
    }

    private List<String> names() throws IOException {
        TreeSet<String> names = new TreeSet<>();
        try (PictureIndex index = PictureIndex.read(root.resolve("index"))) {
            index.forEach(picture -> assertTrue(
                    names.add(pictures().relativize(picture.stamp().file()).toString())));
        }
        return List.copyOf(names);
    }

    @Test
    void findsAPictureByItsName() throws IOException, InterruptedException {
        for (String name : List.of("snail.png", "bird.png", "banana.jpg")) {
            Pictograms.copy(name, pictures().resolve(name));
        }
        assertEquals(new Summary(0, 3, 0, 0, 0, 0, 0), update());
        assertEquals(3, heard.found);
        assertEquals(3, heard.done);

        try (PictureIndex index = PictureIndex.read(root.resolve("index"))) {
            List<Hit> hits = index.similar(clip.encodeText("a photo of a banana"), PictureFilter.NONE, 2, Effort.FAST);
            assertEquals(2, hits.size());
            IndexedPicture banana = hits.getFirst().picture();
            assertEquals(pictures().resolve("banana.jpg"), banana.stamp().file());
            Path file = Pictograms.folder().resolve("banana.jpg");
            Embedding itself = clip.encodeImage(file).normalized();
            assertArrayEquals(
                    itself.toArray(),
                    index.embedding(banana.id()).orElseThrow().toArray(),
                    "the embedding is that of clip embed");
            assertEquals(
                    itself.dot(clip.encodeText("a photo of a banana").normalized()),
                    hits.getFirst().cosine(),
                    1e-6);
            assertEquals(org.clipjava.io.Sha256.of(file), banana.content());
            assertEquals((byte) 0xd8, index.thumbnail(banana.id()).orElseThrow()[1], "a JPEG");
        }
    }

    @Test
    void doesOnlyWhatChanged() throws IOException, InterruptedException {
        for (String name : List.of("snail.png", "bird.png", "banana.jpg", "bell.jpg", "cactus.png")) {
            Pictograms.copy(name, pictures().resolve(name));
        }
        update();
        assertEquals(new Summary(5, 0, 0, 0, 0, 0, 0), update());

        Files.delete(pictures().resolve("bell.jpg"));
        Files.createDirectories(pictures().resolve("other"));
        Files.move(pictures().resolve("bird.png"), pictures().resolve("other/renamed.png"));
        Files.setLastModifiedTime(pictures().resolve("snail.png"), FileTime.from(Instant.EPOCH));
        Files.copy(Pictograms.folder().resolve("fire.png"), pictures().resolve("new.png"));
        Files.write(
                pictures().resolve("cactus.png"),
                Files.readAllBytes(Pictograms.folder().resolve("door.jpg")));
        assertEquals(new Summary(1, 1, 1, 1, 1, 1, 0), update());
        assertEquals(List.of("banana.jpg", "cactus.png", "new.png", "other/renamed.png", "snail.png"), names());

        try (PictureIndex index = PictureIndex.read(root.resolve("index"))) {
            Path moved = pictures().resolve("other/renamed.png");
            assertArrayEquals(
                    clip.encodeImage(moved).normalized().toArray(),
                    index.embedding(index.picture(moved).orElseThrow().id())
                            .orElseThrow()
                            .toArray());
        }
        assertEquals(new Summary(5, 0, 0, 0, 0, 0, 0), update());
    }

    @Test
    void triesABrokenPictureAgainOnlyWhenItChanges() throws IOException, InterruptedException {
        Pictograms.copy("snail.png", pictures().resolve("snail.png"));
        Path broken = pictures().resolve("broken.png");
        Files.writeString(broken, "no picture");
        assertEquals(new Summary(0, 1, 0, 0, 0, 0, 1), update());
        assertEquals(broken, heard.broken.getFirst().stamp().file());
        assertTrue(heard.broken.getFirst().reason().startsWith("expected a picture"), heard.broken.toString());

        assertEquals(new Summary(2, 0, 0, 0, 0, 0, 0), update());
        try (PictureIndex index = PictureIndex.read(root.resolve("index"))) {
            assertEquals(1, index.count());
            assertEquals(heard.broken, index.broken());
        }

        Files.write(broken, Files.readAllBytes(Pictograms.folder().resolve("bird.png")));
        assertEquals(new Summary(1, 0, 1, 0, 0, 0, 0), update());
        assertEquals(List.of("broken.png", "snail.png"), names());
    }

    @Test
    void keepsWhatItHasOfAFolderThatIsNotThere() throws IOException, InterruptedException {
        Pictograms.copy("snail.png", pictures().resolve("snail.png"));
        update();
        Files.move(pictures(), root.resolve("unmounted"));
        assertEquals(new Summary(0, 0, 0, 0, 0, 0, 0), update());
        assertEquals(List.of("snail.png"), names());
        assertTrue(heard.remarks.getFirst().contains("no such folder"), heard.remarks.toString());
    }

    @Test
    void copesWithFilesThatChangeMoveAndVanishBehindTheWalk() throws IOException, InterruptedException {
        for (String name : List.of("snail.png", "bird.png", "banana.jpg", "bell.jpg")) {
            Pictograms.copy(name, pictures().resolve(name));
        }
        heard.hook = () -> {
            Files.delete(pictures().resolve("snail.png"));
            Files.move(pictures().resolve("bird.png"), pictures().resolve("moved.png"));
            Files.write(
                    pictures().resolve("bell.jpg"),
                    Files.readAllBytes(Pictograms.folder().resolve("door.jpg")));
        };
        assertEquals(new Summary(0, 2, 0, 0, 0, 0, 0), update());
        assertEquals(List.of("banana.jpg", "bell.jpg"), names());

        heard.hook = () -> {};
        assertEquals(new Summary(1, 1, 1, 0, 0, 0, 0), update(), "what changed is seen by the next run");
        heard.hook = () -> Files.delete(pictures().resolve("moved.png"));
        Files.write(pictures().resolve("moved.png"), new byte[3]);
        assertEquals(new Summary(2, 0, 0, 0, 0, 1, 0), update());
        assertEquals(List.of("banana.jpg", "bell.jpg"), names());
    }

    @Test
    void refusesAnotherModel() throws IOException, InterruptedException {
        Pictograms.copy("snail.png", pictures().resolve("snail.png"));
        update();
        IndexModel other = new IndexModel("another", 192, "other.safetensors");
        IndexException e = assertThrows(
                IndexException.class,
                () -> PictureIndex.open(root.resolve("index"), other, IndexOptions.defaults())
                        .close());
        assertEquals(IndexException.Kind.OTHER_MODEL, e.kind());
        assertTrue(e.getMessage().contains("made with the model pictograms"), e.getMessage());
    }

    @Test
    void keepsTheSizeAndTheThumbnailOfWhatItDrafts() throws IOException, InterruptedException {
        Path photo = TestData.committed().path("images/coffee_exif6.jpg");
        Files.createDirectories(pictures());
        Files.copy(photo, pictures().resolve("coffee.jpg"));
        RgbImage whole = ImageDecoder.standard().decode(photo);
        try (Clip drafting = Clip.open(
                        TestData.builtInModel(), ClipOptions.defaults().withDraft(true));
                PictureIndex index = open()) {
            IndexUpdate.of(index, drafting).run(List.of(pictures()), heard);
            IndexedPicture picture =
                    index.picture(pictures().resolve("coffee.jpg")).orElseThrow();
            assertEquals(whole.width(), picture.width());
            assertEquals(whole.height(), picture.height());
            RgbImage small =
                    ImageDecoder.standard().decode(index.thumbnail(picture.id()).orElseThrow(), "thumbnail");
            assertEquals(Thumbnail.SIDE, Math.max(small.width(), small.height()));
            float[] drafted = index.embedding(picture.id()).orElseThrow().toArray();
            assertArrayEquals(drafting.encodeImage(photo).normalized().toArray(), drafted);
            assertFalse(Arrays.equals(clip.encodeImage(photo).normalized().toArray(), drafted));
            index.checkDraft(drafting);
            IndexException e = assertThrows(IndexException.class, () -> index.checkDraft(clip));
            assertEquals(IndexException.Kind.OTHER_DRAFT, e.kind());
        }
    }

    @Test
    void readsARecordThatDoesNotSayWhatDecodedIt() throws IOException {
        FileStamp stamp = new FileStamp(root.resolve("a.png"), 1, 2);
        IndexedPicture picture = new IndexedPicture(
                PictureId.of(stamp.file()),
                stamp,
                "content",
                3,
                4,
                5,
                new Shot(Optional.empty(), Optional.empty(), Optional.empty()),
                List.of("tag"),
                "a decoder");
        BytesRef record = Documents.of(picture, new float[1], new byte[0]).getBinaryValue(Documents.RECORD);
        assertEquals(new Documents.Stored.Sound(picture), Documents.stored(record));
        BytesRef older = new BytesRef(record.bytes, record.offset, record.length - 2 - "a decoder".length());
        IndexedPicture read = ((Documents.Stored.Sound) Documents.stored(older)).picture();
        assertEquals("", read.decoder());
        assertEquals(picture.tags(), read.tags());
    }

    @Test
    void saysThatAnotherWrites() throws IOException {
        try (PictureIndex first = open()) {
            assertFalse(first.folders().contains(root));
            IndexException e = assertThrows(IndexException.class, () -> open().close());
            assertEquals(IndexException.Kind.INDEX_IN_USE, e.kind());
        }
    }

    @Test
    void saysThatThereIsNoIndex() {
        IndexException e =
                assertThrows(IndexException.class, () -> PictureIndex.read(root).close());
        assertEquals(IndexException.Kind.NO_INDEX, e.kind());
        assertEquals(root + ": no index of pictures; make one with clip index DIR", e.getMessage());
    }
}
