package org.clipjava.eval.locate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.clipjava.eval.DatasetException;
import org.clipjava.eval.PictureFolder;

/** Reads pictures of which there are masks alone. A mask does not tell two things of one label apart: they have one box. */
record MaskFolder(Path folder) {
    static final String LABELS = "labels.txt";
    static final String MASKS = "masks";

    static LocatedPictures read(Path folder) throws IOException {
        List<String> labels = labels(folder);
        Path images = folder.resolve("images");
        List<LocatedPicture> pictures = new ArrayList<>();
        for (Path file :
                PictureFolder.flat(Files.isDirectory(images) ? images : folder).pictures()) {
            Path mask = mask(folder, String.valueOf(file.getFileName()));
            if (!Files.exists(mask)) {
                throw new DatasetException(
                        mask + ": expected a mask of " + file + ", found no such file; add it, or remove the picture");
            }
            pictures.add(new LocatedPicture(file, things(mask, labels.size()), Optional.of(mask)));
        }
        if (pictures.isEmpty()) {
            throw new DatasetException(folder + ": expected pictures in images/ or beside " + LABELS + ", found none");
        }
        return new LocatedPictures(
                labels, IntStream.rangeClosed(1, labels.size()).boxed().toList(), pictures);
    }

    /** The mask of a picture. */
    static Path mask(Path folder, String picture) {
        return folder.resolve(MASKS).resolve(picture.replaceFirst("\\.[^.]*$", "") + ".png");
    }

    /** One a line, that of number 1 first. */
    static List<String> labels(Path folder) throws IOException {
        return Files.readAllLines(folder.resolve(LABELS), StandardCharsets.UTF_8).stream()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .toList();
    }

    private static List<LocatedPicture.Thing> things(Path file, int labels) throws IOException {
        Mask mask = Mask.read(file);
        List<LocatedPicture.Thing> things = new ArrayList<>();
        for (int label = 0; label < labels; label++) {
            int index = label;
            mask.box(label + 1).ifPresent(box -> things.add(new LocatedPicture.Thing(index, box)));
        }
        return things;
    }
}
