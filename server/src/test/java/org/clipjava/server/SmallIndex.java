package org.clipjava.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.index.BrokenPicture;
import org.clipjava.index.IndexModel;
import org.clipjava.index.IndexOptions;
import org.clipjava.index.IndexUpdate;
import org.clipjava.index.PictureIndex;

/** Some pictograms in a folder, and an index of them. */
record SmallIndex(Path pictures, Path index) {
    /** The names are those of the pictograms; {@code goat} is there twice, and {@code notes.txt} is no picture. */
    static final List<String> NAMES = List.of(
            "cactus.png", "fire.png", "goat.jpg", "snail.png", "church.jpg", "pencil.jpg", "rose.jpg", "banana.jpg");

    static SmallIndex in(Path folder) throws IOException, InterruptedException {
        SmallIndex small = new SmallIndex(folder.resolve("Pictures"), folder.resolve("index"));
        Files.createDirectories(small.pictures.resolve("more"));
        for (String name : NAMES) {
            Files.copy(TestServer.picture("pictograms/" + name), small.pictures.resolve(name));
        }
        Files.copy(
                small.pictures.resolve("goat.jpg"),
                small.pictures.resolve("more").resolve("goat copy.jpg"));
        Files.writeString(small.pictures.resolve("notes.txt"), "no picture");
        Files.writeString(small.pictures.resolve("broken.png"), "no picture either");
        small.update();
        return small;
    }

    /** As {@code clip index} does it. */
    void update() throws IOException, InterruptedException {
        try (Clip clip = Clip.open(TestServer.MODEL, ClipOptions.defaults().withQuickStart(true));
                PictureIndex opened =
                        PictureIndex.open(index, IndexModel.of(clip, "pictogram"), IndexOptions.defaults())) {
            IndexUpdate.of(opened, clip).withThreads(1).run(List.of(pictures), new Silent());
            opened.measure(clip);
        }
    }

    private static final class Silent implements IndexUpdate.Listener {
        @Override
        public void found(int count) {}

        @Override
        public void done(int done, int quick) {}

        @Override
        public void remark(String line) {}

        @Override
        public void broken(BrokenPicture picture) {}
    }
}
