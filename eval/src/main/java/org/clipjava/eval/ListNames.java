package org.clipjava.eval;

import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What the two columns of a list that matter may be called, or the two members of an object; the likeliest name first. Case does
 * not matter.
 *
 * @param ofFiles whether keys are files
 */
record ListNames(List<String> keys, List<String> values, boolean ofFiles) {
    private static final List<String> LABELS = List.of(
            "label_name",
            "class_name",
            "classname",
            "category_name",
            "label",
            "class",
            "category",
            "labels",
            "target",
            "title",
            "caption",
            "text",
            "tag");

    /** Of pictures and their labels, as OpenCLIP, Hugging Face, Kaggle and pandas write such lists. */
    static final ListNames PICTURES = new ListNames(
            List.of(
                    "file",
                    "image",
                    "path",
                    "filename",
                    "file_name",
                    "filepath",
                    "file_path",
                    "image_path",
                    "img_path",
                    "image_name",
                    "img_name",
                    "image_file",
                    "img",
                    "picture",
                    "photo"),
            LABELS,
            true);

    /** Of folders and what their names mean. */
    static final ListNames FOLDERS = new ListNames(
            List.of("folder", "wnid", "synset", "directory", "dir", "id", "index", "name"),
            List.of(
                    "label_name",
                    "class_name",
                    "classname",
                    "category_name",
                    "label",
                    "class",
                    "category",
                    "title",
                    "text",
                    "name"),
            false);

    /** Where the likeliest name of the first column stands. */
    Optional<Integer> key(List<String> fields) {
        return place(fields, keys, -1);
    }

    /** Where the likeliest name of the second column stands, which is not the first. */
    Optional<Integer> value(List<String> fields, int key) {
        return place(fields, values, key);
    }

    private static Optional<Integer> place(List<String> fields, List<String> names, int taken) {
        List<String> lower = fields.stream()
                .map(field -> field.strip().toLowerCase(Locale.ROOT))
                .toList();
        return names.stream()
                .map(lower::indexOf)
                .filter(place -> place >= 0 && place != taken)
                .findFirst();
    }
}
