package org.clipjava.eval.locate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.eval.DatasetException;
import org.clipjava.io.LabelRules;

/**
 * A folder of pictures with boxes. Either {@code annotations.json} as COCO has it ({@code images}, {@code annotations} with {@code bbox},
 * {@code categories}), the pictures in {@code images/} or beside it, and in {@code masks/}, if there is such a folder, a PNG for each
 * picture. Or, as Pascal VOC has it, {@code Annotations/NAME.xml}, {@code JPEGImages/}, and, for some pictures, {@code
 * SegmentationClass/NAME.png}. Or masks alone: {@code labels.txt}, a label a line, that of number 1 first, and {@code masks/NAME.png}.
 * Immutable.
 *
 * @param labels the categories' names, in their order
 * @param categories the number of each label in masks
 */
public record LocatedPictures(List<String> labels, List<Integer> categories, List<LocatedPicture> pictures) {
    /** Copies the lists. */
    public LocatedPictures {
        labels = List.copyOf(labels);
        categories = List.copyOf(categories);
        pictures = List.copyOf(pictures);
    }

    /**
     * Reads the boxes; no picture is read yet.
     *
     * @throws DatasetException if a file is not as it should be, or names what it does not have; the message says where
     * @throws IOException if one can't be read
     */
    public static LocatedPictures read(Path folder) throws IOException {
        LocatedPictures read;
        try {
            read = boxes(folder);
        } catch (InvalidPathException e) {
            throw new DatasetException(folder + ": expected names of files, found " + e.getMessage(), e);
        }
        Optional<String> problem = LabelRules.problem(read.labels);
        if (problem.isPresent()) {
            throw new DatasetException(folder + ": " + problem.get());
        }
        return read;
    }

    private static LocatedPictures boxes(Path folder) throws IOException {
        if (Files.exists(folder.resolve(CocoFile.NAME))) {
            return CocoFile.read(folder);
        }
        if (Files.isDirectory(folder.resolve(VocFolder.ANNOTATIONS))) {
            return VocFolder.read(folder);
        }
        if (Files.exists(folder.resolve(MaskFolder.LABELS)) && Files.isDirectory(folder.resolve(MaskFolder.MASKS))) {
            return MaskFolder.read(folder);
        }
        throw new DatasetException(folder + ": expected boxes in " + CocoFile.NAME + ", as COCO has them, or in "
                + VocFolder.ANNOTATIONS + "/, as Pascal VOC has them, or " + MaskFolder.LABELS + " and "
                + MaskFolder.MASKS + "/, found none of them");
    }
}
