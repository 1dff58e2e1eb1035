package org.clipjava.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clipjava.Classification;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.LinearClassifier;
import org.clipjava.ZeroShotClassifier;
import org.clipjava.text.PromptTemplate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class LabelledImagesTest {
    @TempDir
    Path folder;

    @Test
    void findsThePicturesOfClassFoldersAtAnyDepth() throws IOException {
        touch(
                "cat/b.JPEG",
                "cat/a/deep/c.png",
                "dog/a.webp",
                "dog/notes.txt",
                "dog/.hidden.png",
                ".git/x/y.png",
                "top.png");
        Files.createDirectories(folder.resolve("empty"));
        LabelledImages images = LabelledImages.ofFolders(folder, LabelMap.identity());
        assertEquals(List.of("cat", "dog"), images.labels());
        assertEquals(3, images.count());
        List<LabelledImage> expected =
                List.of(image("cat/a/deep/c.png", 0), image("cat/b.JPEG", 0), image("dog/a.webp", 1));
        assertEquals(expected, Pictograms.all(images));
        assertEquals(expected, Pictograms.all(images), "a second time");
    }

    @Test
    void findsPicturesBehindLinks() throws IOException {
        touch("elsewhere/x/a.png", "classes/dog/a.png");
        Files.createSymbolicLink(folder.resolve("classes/cat"), folder.resolve("elsewhere/x"));
        assertEquals(
                2,
                LabelledImages.ofFolders(folder.resolve("classes"), LabelMap.identity())
                        .count());
    }

    @Test
    void readsImagenettesLayout() throws IOException {
        LabelMap map = LabelMap.builtIn("imagenette").orElseThrow();
        for (String wnid : map.labels().keySet()) {
            touch("val/" + wnid + "/ILSVRC2012_val_00000293.JPEG", "val/" + wnid + "/" + wnid + "_1.JPEG");
        }
        LabelledImages images = LabelledImages.ofFolders(folder.resolve("val"), map);
        assertEquals(
                List.of(
                        "tench",
                        "English springer",
                        "cassette player",
                        "chain saw",
                        "church",
                        "French horn",
                        "garbage truck",
                        "gas pump",
                        "golf ball",
                        "parachute"),
                images.labels());
        assertEquals(20, images.count());
    }

    @Test
    void keepsFoldersOfOneLabelApart() throws IOException {
        touch("n1/a.png", "n2/a.png", "n3/a.png");
        LabelledImages images =
                LabelledImages.ofFolders(folder, new LabelMap("map", Map.of("n1", "cat", "n2", "dog", "n3", "cat")));
        assertEquals(List.of("cat (n1)", "dog", "cat (n3)"), images.labels());
        assertEquals(List.of("cat", "dog", "cat"), images.texts());
        assertEquals(
                List.of(0, 1, 2),
                Pictograms.all(images).stream().map(LabelledImage::label).toList());
        assertEquals(List.of(folder + ": classes that share a label stay apart: cat (n1, n3)"), images.remarks());
        assertEquals(
                List.of(1, 0, 1),
                Pictograms.all(images.among(List.of("dog", "cat"))).stream()
                        .map(LabelledImage::label)
                        .toList(),
                "unless they are put among labels of which one is theirs");
    }

    @Test
    void classesOfOneLabelHaveOneDirection() throws IOException {
        touch("n1/a.png", "n2/a.png", "n3/a.png");
        LabelledImages images =
                LabelledImages.ofFolders(folder, new LabelMap("map", Map.of("n1", "cat", "n2", "dog", "n3", "cat")));
        try (Clip clip = Pictograms.model()) {
            LinearClassifier classifier = images.classifier(clip, List.of(PromptTemplate.of("a {}")));
            LinearClassifier two = ZeroShotClassifier.of(
                            clip, List.of("cat", "dog"), List.of(PromptTemplate.of("a {}")))
                    .linear();
            assertEquals(images.labels(), classifier.labels());
            Embedding cat = two.directions().getFirst();
            assertEquals(List.of(cat, two.directions().getLast(), cat), classifier.directions());
            Classification scores = classifier.classify(cat);
            assertEquals(0.5, scores.best().score(), 0.05, "they share the softmax");
        }
    }

    @Test
    void takesLabelsInTheOrderOfTheFolders() throws IOException {
        touch("set/n2/a.png", "set/n1/a.png", "set/n3/a.png", "set/none/notes.txt");
        Path set = folder.resolve("set");
        for (Path names : List.of(
                write("names.txt", "missile\nsunglasses\n\nmissile\n"),
                write("names.json", "[\"missile\", \"sunglasses\", \"missile\"]"))) {
            LabelledImages images = LabelledImages.ofFolders(set, LabelMap.read(names, set));
            assertEquals(List.of("missile (n1)", "sunglasses", "missile (n3)"), images.labels());
        }
        Path two = write("two.txt", "missile\nsunglasses\n");
        DatasetException e = assertThrows(DatasetException.class, () -> LabelMap.read(two, set));
        assertTrue(e.getMessage().startsWith(two + ": holds 2 labels, but there are 3 folders; "), e.getMessage());
    }

    @Test
    void readsMapsInJson() throws IOException {
        Path set = folder;
        assertEquals(
                Map.of("n1", "cat", "n2", "dog"),
                LabelMap.read(write("a.json", "{\"n1\": \"cat\", \"n2\": \"dog\"}"), set)
                        .labels());
        assertEquals(
                Map.of("n1", "cat", "n2", "dog"),
                LabelMap.read(write("b.json", "{\"1\": [\"n2\", \"dog\"], \"0\": [\"n1\", \"cat\"]}"), set)
                        .labels());
    }

    @Test
    void saysWhatItLeavesOut() throws IOException {
        touch("cat/a.png", "cat/b.txt", "cat/c.TXT", "cat/d.json", "dog/a.jpg", "empty/readme", "top.png", "top.csv");
        LabelledImages images = LabelledImages.ofFolders(folder, LabelMap.identity());
        assertEquals(List.of("cat", "dog"), images.labels());
        assertEquals(
                List.of(
                        folder
                                + ": left out 4 files (.json, .txt, without an ending) that are no pictures by their"
                                + " names",
                        folder + ": left out 1 picture in no class folder",
                        folder + ": no label of empty, where no picture is"),
                images.remarks());
    }

    /** What can't be decoded is a broken picture, and its class is one; it does not vanish. */
    @Test
    void keepsPicturesOfKindsThatAreNotDecoded() throws IOException {
        touch("church/a.jpg", "church/IMG_0001.HEIC", "dog/a.png", "garden/a.avif", "garden/b.jp2");
        LabelledImages images = LabelledImages.ofFolders(folder, LabelMap.identity());
        assertEquals(List.of("church", "dog", "garden"), images.labels());
        assertEquals(5, images.count());
        assertEquals(List.of(), images.remarks());
    }

    @Test
    void passesOverLinksThatLeadBack() throws IOException {
        touch("cat/a.png", "dog/a.png");
        Files.createSymbolicLink(folder.resolve("cat/back"), folder);
        Files.createSymbolicLink(folder.resolve("dog/self"), folder.resolve("dog"));
        LabelledImages images = LabelledImages.ofFolders(folder, LabelMap.identity());
        assertTrue(
                images.remarks().stream()
                        .anyMatch(remark ->
                                remark.contains("left out links that lead back to a folder that they are in")),
                images.remarks().toString());
        assertTrue(Pictograms.all(images).contains(image("cat/a.png", 0)));
    }

    @Test
    void saysWhatLabelsLookLike() throws IOException {
        touch("data/train/cat/a.png", "data/val/cat/a.png", "wnids/n01944390/a.png", "wnids/n03028079/a.png");
        touch("numbers/0/a.png", "numbers/10/a.png", "words/ice_cream/a.png", "words/cup/a.png");
        remarks(
                "data",
                "labels are train, val, which look like the parts of a data set; did you mean "
                        + folder.resolve("data/val") + "?");
        remarks(
                "wnids",
                "labels look like WordNet's ids, n01944390, n03028079; give --labels-map imagenet, or a list of"
                        + " id and label");
        remarks("numbers", "labels are numbers, 0, 10; give --labels-map FILE, a list of number and label");
        remarks("words", "underscores of labels are spaces in prompts: ice_cream");
        LabelledImages words = LabelledImages.ofFolders(folder.resolve("words"), LabelMap.identity());
        assertEquals(List.of("cup", "ice_cream"), words.labels());
        assertEquals(List.of("cup", "ice cream"), words.texts());
        assertEquals(
                List.of("ice cream", "cup"),
                words.among(List.of("ice cream", "cup")).texts());
    }

    private void remarks(String set, String expected) throws IOException {
        Path path = folder.resolve(set);
        assertEquals(
                List.of(path + ": " + expected),
                LabelledImages.ofFolders(path, LabelMap.identity()).remarks());
    }

    @Test
    void namesTheListThatIsThereInsteadOfClassFolders() throws IOException {
        touch("a.png");
        Path list = write("metadata.csv", "file_name,label\na.png,cat\n");
        fails(
                ": expected class folders with pictures, DIR/CLASS/picture.jpg, found none; there is a list, give "
                        + list,
                this::folders);
    }

    @Test
    void refusesFoldersThatCantBeUsed() throws IOException {
        fails(": expected class folders with pictures, DIR/CLASS/picture.jpg, found none", this::folders);
        touch("cat/a.png");
        fails(": expected pictures of at least two labels, found but one, 'cat'", this::folders);
        touch("dog/a.png");
        fails(
                ": the labels map m.csv has no label for the folder dog",
                () -> LabelledImages.ofFolders(folder, new LabelMap("m.csv", Map.of("cat", "Katze"))));
        assertThrows(
                NoSuchFileException.class,
                () -> LabelledImages.ofFolders(folder.resolve("missing"), LabelMap.identity()));
    }

    @Test
    void readsLists() throws IOException {
        List<LabelledImage> expected = List.of(image("a, b.png", 0), image("sub/c.png", 1), image("d.png", 0));
        for (Path list : List.of(
                write(
                        "l.csv",
                        "\uFEFFfile,label\r\n\"a, b.png\",\"say \"\"cat\"\"\"\n\nsub/c.png,dog\nd.png,say \"cat\"\n"),
                write("l.tsv", "a, b.png\tsay \"cat\"\nsub/c.png\tdog\nd.png\tsay \"cat\""),
                write("l.jsonl", """
                    {"file": "a, b.png", "label": "say \\"cat\\"", "more": [1]}
                    {"label": "dog", "image": "sub/c.png"}
                    {"path": "d.png", "label": "say \\"cat\\""}
                    """))) {
            LabelledImages images = LabelledImages.ofList(list, LabelMap.identity());
            assertEquals(List.of("say \"cat\"", "dog"), images.labels(), list.toString());
            assertEquals(3, images.count());
            assertEquals(expected, Pictograms.all(images));
        }
    }

    @Test
    void takesNamesOfColumnsForNoPicture() throws IOException {
        touch("a.png", "b.png");
        List<LabelledImage> expected = List.of(image("a.png", 0), image("b.png", 1));
        String rows = "a.png,cat\nb.png,dog\n";
        for (String header : List.of(
                "image,class", "filepath,label", "Filename,Label", "img,breed", "photo_no,class", "file_name, text")) {
            pairs(write("l.csv", header + "\n" + rows), expected);
        }
        pairs(write("l.csv", "filepath\ttitle\na.png\tcat\nb.png\tdog\n"), expected);
        pairs(write("l.csv", "image;class\na.png;cat\nb.png;dog\n"), expected);
        pairs(write("l.tsv", "path\tcaption\na.png\tcat\nb.png\tdog\n"), expected);
        pairs(write("l.csv", "label,file\ncat,a.png\ndog,b.png\n"), expected);
        pairs(write("l.csv", "id,image,split,label\n7,a.png,train,cat\n8,b.png,val,dog\n"), expected);
        pairs(write("l.csv", "label,class_name,path\n0,cat,a.png\n1,dog,b.png\n"), expected);
        pairs(
                write(
                        "metadata.jsonl",
                        "{\"file_name\":\"a.png\",\"label\":\"cat\"}\n{\"file_name\":\"b.png\",\"label\":\"dog\"}\n"),
                expected);
    }

    private static void pairs(Path list, List<LabelledImage> expected) throws IOException {
        LabelledImages images = LabelledImages.ofList(list, LabelMap.identity());
        assertEquals(List.of("cat", "dog"), images.labels(), Files.readString(list));
        assertEquals(expected, Pictograms.all(images), Files.readString(list));
    }

    @Test
    void takesAPictureForNoNameOfAColumn() throws IOException {
        touch("image", "a.png");
        pairs(write("l.csv", "image,cat\na.png,dog\n"), List.of(image("image", 0), image("a.png", 1)));
        // None of these files is there; they are called as pictures are.
        pairs(write("l.csv", "gone.png,cat\nb.png,dog\n"), List.of(image("gone.png", 0), image("b.png", 1)));
        assertEquals(
                List.of("class", "dog"),
                LabelledImages.ofList(write("l.csv", "gone.png,class\nb.png,dog\n"), LabelMap.identity())
                        .labels());
    }

    @Test
    void namesTheLineThatItCantRead() throws IOException {
        list("l.csv", "a.png,cat\n\nb.png\n", ", line 3: expected file,label, found 1 field");
        list(
                "l.csv",
                "a.png,cat,\n",
                ", line 1: expected file,label, found 3 fields; let the first line name the columns");
        list(
                "l.csv",
                "number,sex,colour\n1,2,3\n",
                ", line 1: expected columns called file (or image, path, filename, file_name) and label (or class,"
                        + " category, title), found number, sex, colour");
        list("l.csv", "file,label,x\na.png,cat\n", ", line 2: expected 3 fields as the first line has, found 2");
        list(
                "l.csv",
                "number,sex\na.png,cat\n",
                ", line 1: there is no file 'number'; if the line names the columns, call them file and label");
        list("l.csv", "a.png,\"cat\n", ", line 1: a quote is opened and not closed");
        list("l.csv", "a.png,\"cat\"x\n", ", line 1: expected a comma behind the closing quote, found 'x'");
        list("l.csv", "a.png,cat\nb.png, \n", ", line 2: expected file and label, found an empty one");
        list("l.tsv", "a.png,cat\n", ", line 1: expected file TAB label, found 1 field");
        list("l.jsonl", "{\"file\":\"a\",\"label\":\"b\"}\n[1]\n", ", line 2: expected an object, found [1]");
        list("l.jsonl", "{\"file\":\"a\",\"label\":\"b\"", ", line 1: no JSON: {\"file\":\"a\",\"label\":\"b\"");
        list("l.jsonl", "{\"file\":\"a\"}", ", line 1: expected a text under the key label, found none");
        list("l.jsonl", "{\"file\":\"a\",\"label\":[]}", ", line 1: expected a text under the key label, found []");
        list("l.jsonl", "{\"label\":\"b\"}", ", line 1: expected the key file, found [label]");
        list("l.csv", "a\0.png,cat\n", ", line 1: there is a zero character in it");
        list("l.csv", "file,label\n", ": holds no picture");
        list("l.csv", "a.png,cat\nb.png,cat\n", ": expected pictures of at least two labels, found but one, 'cat'");
        list("l.xml", "", ": expected a list, .csv, .tsv, .txt or .jsonl");
        Path bytes = Files.write(folder.resolve("l.csv"), new byte[] {'a', ',', 'b', '\n', (byte) 0xff, ',', 'c'});
        DatasetException e =
                assertThrows(DatasetException.class, () -> LabelledImages.ofList(bytes, LabelMap.identity()));
        assertTrue(e.getMessage().startsWith(bytes + ": not UTF-8 behind line "), e.getMessage());
    }

    @Test
    void mapsLabelsOfLists() throws IOException {
        Path list = write("l.csv", "a.png,n1\nb.png,n2\nc.png,n3\n");
        LabelMap map = LabelMap.read(write("map.csv", "folder,label\nn1,cat\nn2,dog\n"));
        DatasetException e = assertThrows(DatasetException.class, () -> LabelledImages.ofList(list, map));
        assertEquals(
                list + ", line 3: the labels map " + folder.resolve("map.csv") + " does not know 'n3'", e.getMessage());
        Files.writeString(list, "a.png,n2\nb.png,n1\n");
        assertEquals(List.of("dog", "cat"), LabelledImages.ofList(list, map).labels());
    }

    @Test
    void refusesAMapThatSaysTwoThings() throws IOException {
        Path map = write("map.txt", "n1\tcat\nn1\tdog\n");
        DatasetException e = assertThrows(DatasetException.class, () -> LabelMap.read(map));
        assertEquals(map + ", line 2: 'n1' is there twice", e.getMessage());
    }

    @Test
    void putsPicturesAmongOtherLabels() throws IOException {
        touch("cat/a.png", "dog/a.png");
        LabelledImages images =
                LabelledImages.ofFolders(folder, LabelMap.identity()).among(List.of("bird", "dog", "cat"));
        assertEquals(List.of("bird", "dog", "cat"), images.labels());
        assertEquals(List.of(image("cat/a.png", 2), image("dog/a.png", 1)), Pictograms.all(images));
        DatasetException e = assertThrows(DatasetException.class, () -> images.among(List.of("dog", "bird")));
        assertEquals(folder + ": has pictures of 'cat', which is none of the labels given", e.getMessage());
    }

    @Test
    void knowsTheThousandClassesOfImageNet() {
        LabelMap map = LabelMap.builtIn("imagenet").orElseThrow();
        assertEquals(1000, map.labels().size());
        assertEquals(1000, map.labels().values().stream().distinct().count());
        assertEquals("toilet tissue", map.label("n15075141").orElseThrow());
        assertEquals("crane bird", map.label("n02012849").orElseThrow());
        LabelMap.builtIn("imagenette")
                .orElseThrow()
                .labels()
                .forEach((wnid, label) -> assertEquals(label, map.label(wnid).orElseThrow()));
        assertTrue(LabelMap.builtIn("imagenet.tsv").isEmpty());
    }

    @Test
    void knowsTheTemplates() {
        for (String name : TemplateSet.BUILT_IN) {
            TemplateSet set = TemplateSet.builtIn(name).orElseThrow();
            assertEquals(
                    set.templates().size(), set.templates().stream().distinct().count(), name);
        }
        assertEquals(
                "'a photo of a {}'",
                TemplateSet.builtIn("article").orElseThrow().description());
        assertEquals("'{}'", TemplateSet.builtIn("none").orElseThrow().description());
        assertEquals(
                7, TemplateSet.builtIn("openai-7").orElseThrow().templates().size());
        assertEquals(
                80, TemplateSet.builtIn("openai-80").orElseThrow().templates().size());
        assertTrue(TemplateSet.builtIn("openai").isEmpty());
    }

    private void list(String name, String content, String problem) throws IOException {
        Path list = write(name, content);
        DatasetException e =
                assertThrows(DatasetException.class, () -> LabelledImages.ofList(list, LabelMap.identity()));
        assertEquals(list + problem, e.getMessage());
    }

    private void folders() throws IOException {
        LabelledImages.ofFolders(folder, LabelMap.identity());
    }

    private void fails(String problem, Executable action) {
        assertEquals(
                folder + problem, assertThrows(DatasetException.class, action).getMessage());
    }

    private LabelledImage image(String file, int label) {
        return new LabelledImage(folder.resolve(file), label);
    }

    private Path write(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }

    private void touch(String... files) throws IOException {
        for (String file : files) {
            Path path = folder.resolve(file);
            Files.createDirectories(path.getParent());
            Files.writeString(path, "");
        }
    }
}
