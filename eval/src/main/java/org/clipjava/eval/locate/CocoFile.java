package org.clipjava.eval.locate;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.clipjava.eval.DatasetException;
import org.clipjava.locate.Box;

/** Reads boxes as COCO has them. */
record CocoFile(Path folder, Path file, JsonObject root) {
    static final String NAME = "annotations.json";

    static LocatedPictures read(Path folder) throws IOException {
        Path file = folder.resolve(NAME);
        try {
            JsonObject root = JsonParser.parseString(Files.readString(file, StandardCharsets.UTF_8))
                    .getAsJsonObject();
            return new CocoFile(folder, file, root).read();
        } catch (JsonParseException
                | IllegalStateException
                | NumberFormatException
                | ClassCastException
                | UnsupportedOperationException e) {
            throw new DatasetException(file + ": not JSON as COCO has it: " + e.getMessage(), e);
        }
    }

    /** @param things that are added as they are read */
    private record Image(String name, List<LocatedPicture.Thing> things) {}

    private LocatedPictures read() throws DatasetException {
        List<String> labels = new ArrayList<>();
        List<Integer> categories = new ArrayList<>();
        Map<Integer, Integer> byCategory = new HashMap<>();
        for (JsonElement element : array("categories")) {
            int id = number(element, "id");
            byCategory.put(id, labels.size());
            categories.add(id);
            labels.add(member(element, "name").getAsString());
        }
        Map<Integer, Image> images = new LinkedHashMap<>();
        for (JsonElement element : array("images")) {
            int id = number(element, "id");
            images.put(id, new Image(member(element, "file_name").getAsString(), new ArrayList<>()));
        }
        for (JsonElement element : array("annotations")) {
            Image image = images.get(number(element, "image_id"));
            Integer label = byCategory.get(number(element, "category_id"));
            if (image == null || label == null) {
                throw new DatasetException(
                        file + ": expected an annotation of an image and a category in it, found " + element);
            }
            image.things.add(new LocatedPicture.Thing(label, box(element)));
        }
        List<LocatedPicture> pictures = images.values().stream()
                .map(image -> picture(image.name, image.things))
                .toList();
        if (pictures.isEmpty() || labels.isEmpty()) {
            throw new DatasetException(file + ": expected at least one image and one category, found " + pictures.size()
                    + " and " + labels.size());
        }
        return new LocatedPictures(labels, categories, pictures);
    }

    private LocatedPicture picture(String name, List<LocatedPicture.Thing> things) {
        Path inside = folder.resolve("images").resolve(name);
        Path mask = MaskFolder.mask(folder, name);
        return new LocatedPicture(
                Files.exists(inside) ? inside : folder.resolve(name),
                things,
                Optional.of(mask).filter(Files::exists));
    }

    private Box box(JsonElement annotation) throws DatasetException {
        JsonArray sides = member(annotation, "bbox").getAsJsonArray();
        double[] box = new double[sides.size()];
        for (int i = 0; i < box.length; i++) {
            box[i] = sides.get(i).getAsDouble();
        }
        if (box.length != 4 || !(box[0] >= 0 && box[1] >= 0 && box[2] > 0 && box[3] > 0)) {
            throw new DatasetException(file + ": expected a bbox of x, y, width and height, found " + annotation);
        }
        int left = (int) Math.floor(box[0]);
        int top = (int) Math.floor(box[1]);
        return new Box(left, top, Math.max(left + 1, (int) Math.ceil(box[0] + box[2])), Math.max(top + 1, (int)
                Math.ceil(box[1] + box[3])));
    }

    private JsonArray array(String name) throws DatasetException {
        return member(root, name).getAsJsonArray();
    }

    private int number(JsonElement element, String name) throws DatasetException {
        return member(element, name).getAsInt();
    }

    private JsonElement member(JsonElement element, String name) throws DatasetException {
        JsonElement member = element.getAsJsonObject().get(name);
        if (member == null) {
            throw new DatasetException(file + ": expected " + name + ", found "
                    + String.join(", ", element.getAsJsonObject().keySet()));
        }
        return member;
    }
}
