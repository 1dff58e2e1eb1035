package org.clipjava.eval.locate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import javax.imageio.ImageIO;
import org.clipjava.eval.DatasetException;
import org.clipjava.eval.locate.LocatedPicture.Thing;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.HeatMap;
import org.clipjava.locate.Location;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VocFolderTest {
    private static final String DOG_WITH_HEAD = """
            <annotation>
              <folder>VOC2012</folder><filename>2007_000001.jpg</filename>
              <size><width>100</width><height>80</height><depth>3</depth></size>
              <object>
                <name>dog</name><difficult>0</difficult>
                <part><name>head</name><bndbox><xmin>2</xmin><ymin>2</ymin><xmax>4</xmax><ymax>4</ymax></bndbox></part>
                <bndbox><xmax>30</xmax><xmin>1</xmin><ymin>11.5</ymin><ymax>40.2</ymax></bndbox>
              </object>
            </annotation>""";

    @TempDir
    private Path folder;

    @BeforeEach
    void folders() throws IOException {
        for (String name : List.of("Annotations", "JPEGImages", "SegmentationClass")) {
            Files.createDirectory(folder.resolve(name));
        }
    }

    private void write(String name, String xml) throws IOException {
        Files.writeString(folder.resolve("Annotations").resolve(name), xml, StandardCharsets.UTF_8);
    }

    private static String annotation(String name, String box) {
        return "<annotation><filename>a.jpg</filename><object><name>" + name + "</name><bndbox>" + box
                + "</bndbox></object></annotation>";
    }

    private static String box(String xmin, String ymin, String xmax, String ymax) {
        return "<xmin>%s</xmin><ymin>%s</ymin><xmax>%s</xmax><ymax>%s</ymax>".formatted(xmin, ymin, xmax, ymax);
    }

    private String refusal(String xml) throws IOException {
        write("a.xml", xml);
        return String.valueOf(assertThrows(DatasetException.class, () -> LocatedPictures.read(folder))
                        .getMessage())
                .replace(folder.toString(), "");
    }

    /** The first pixel is 1, 1, the last one belongs to the box, and a dog's head is no dog. */
    @Test
    void readsBoxesAsPascalVocHasThem() throws IOException {
        Files.createFile(folder.resolve("JPEGImages").resolve("2007_000001.jpg"));
        write("2007_000001.xml", DOG_WITH_HEAD);

        LocatedPictures data = LocatedPictures.read(folder);

        assertEquals(20, data.labels().size());
        assertEquals(12, data.categories().get(data.labels().indexOf("dog")));
        LocatedPicture picture = data.pictures().getFirst();
        assertEquals(folder.resolve("JPEGImages").resolve("2007_000001.jpg"), picture.file());
        assertEquals(List.of(new Thing(11, new Box(0, 10, 30, 41))), picture.things());
        assertEquals(Optional.empty(), picture.mask());
    }

    @Test
    void takesTheLastOfAForeignPathAndLabelsOfAllFiles() throws IOException {
        write("a.xml", annotation("zebra", box("1", "1", "2", "2")).replace("a.jpg", "C:\\x\\other.png"));
        write("b.xml", annotation("apple", box("0", "0", "2", "2")).replace("a.jpg", "b"));

        LocatedPictures data = LocatedPictures.read(folder);

        assertEquals(List.of("apple", "zebra"), data.labels());
        assertEquals(
                List.of(folder.resolve("other.png"), folder.resolve("b.jpg")),
                data.pictures().stream().map(LocatedPicture::file).toList());
        assertEquals(
                List.of(new Thing(0, new Box(0, 0, 2, 2))),
                data.pictures().getLast().things());
    }

    @Test
    void masksOfOtherLabelsNeedTheirNumbers() throws IOException {
        Files.createFile(folder.resolve("SegmentationClass").resolve("a.png"));
        String zebra = annotation("zebra", box("1", "1", "2", "2"));
        assertEquals(
                ": expected labels.txt, for SegmentationClass has numbers, and the labels are not VOC's own; write one"
                        + " label a line, that of number 1 first",
                refusal(zebra));
        Files.writeString(folder.resolve("labels.txt"), "apple\n");
        assertEquals(
                "/labels.txt: expected every label of Annotations, found no zebra; add a line for it", refusal(zebra));
        Files.writeString(folder.resolve("labels.txt"), "apple\nzebra\n");
        LocatedPictures data = LocatedPictures.read(folder);
        assertEquals(List.of("apple", "zebra"), data.labels());
        assertEquals(List.of(1, 2), data.categories());
        assertTrue(data.pictures().getFirst().mask().isPresent());
    }

    @Test
    void refusesWhatIsNoAnnotation() throws IOException {
        assertEquals("/Annotations/a.xml: expected an annotation as Pascal VOC has it, found svg", refusal("<svg/>"));
        assertTrue(
                refusal("<annotation>\n<object>")
                        .startsWith("/Annotations/a.xml: line 2: not XML as Pascal VOC has it: "),
                refusal("<annotation>\n<object>"));
        assertEquals(
                "/Annotations: expected at least one file NAME.xml with an object in it, found 1 files without",
                refusal("<annotation><filename>a.jpg</filename></annotation>"));
        assertEquals(
                "/Annotations/a.xml: expected one bndbox in object, found 0",
                refusal("<annotation><filename>a.jpg</filename><object><name>dog</name></object></annotation>"));
        assertEquals(
                "/Annotations/a.xml: expected a number in ymin, found x",
                refusal(annotation("dog", box("1", "x", "2", "2"))));
        assertEquals(
                "/Annotations/a.xml: expected a number of pixels in xmax, found NaN",
                refusal(annotation("dog", box("1", "1", "NaN", "2"))));
        assertEquals(
                "/Annotations/a.xml: expected a bndbox of at least one pixel, found 5, 1, 4, 2 of dog",
                refusal(annotation("dog", box("5", "1", "4", "2"))));
        assertEquals(
                "/Annotations/a.xml: expected the name of a picture, found filename a.txt",
                refusal(annotation("dog", box("1", "1", "2", "2")).replace("a.jpg", "a.txt")));
    }

    /** A document type may name files of this machine, or grow to any size. */
    @Test
    void readsNoDocumentTypeAndNoEntity() throws IOException {
        Path secret = folder.resolve("secret");
        Files.writeString(secret, "dog");
        for (String type : List.of(
                "<!DOCTYPE annotation [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]>",
                "<!DOCTYPE annotation [<!ENTITY x 'dog'>]>",
                "<!DOCTYPE annotation SYSTEM '" + secret.toUri() + "'>")) {
            String refusal = refusal(type + annotation("&x;", box("1", "1", "2", "2")));
            assertTrue(refusal.contains("DOCTYPE"), refusal);
        }
    }

    /** A palette's numbers are categories, whatever its colours; 255 is the rim of things, of which nobody says what it is. */
    @Test
    void masksOfPalettesAreNumbers() throws IOException {
        write("a.xml", annotation("dog", box("1", "1", "50", "100")));
        byte[] colours = new byte[256];
        BufferedImage mask = new BufferedImage(
                100, 100, BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 256, colours, colours, colours));
        for (int i = 0; i < 100 * 100; i++) {
            int x = i % 100;
            mask.getRaster().setSample(x, i / 100, 0, x < 25 ? 12 : x < 50 ? 255 : 0);
        }
        ImageIO.write(
                mask,
                "png",
                folder.resolve("SegmentationClass").resolve("a.png").toFile());
        LocatedPictures data = LocatedPictures.read(folder);
        RgbImage pixels = RgbImage.of(100, 100, new byte[30_000]);
        LocatedPicture picture = data.pictures().getFirst();

        int[] truth = LocateEvaluation.truth(picture, data, pixels);

        assertEquals(128 * 32, IntStream.of(truth).filter(label -> label == 11).count());
        assertEquals(128 * 64, IntStream.of(truth).filter(label -> label == -1).count());
        // found in the left half: of its quarter with the rim nothing counts
        HeatMap left = HeatMap.of(1, 2, 1, 0);
        List<Location> locations = data.labels().stream()
                .map(label -> new Location(
                        label,
                        left,
                        0.5,
                        label.equals("dog") ? List.of(new Detection("dog", 1, new Box(0, 0, 50, 100))) : List.of()))
                .toList();
        LocatedResult result = LocateEvaluation.judge(picture, locations, truth, pixels);
        assertEquals(128 * 32, result.common()[11]);
        assertEquals(128 * 32, result.covered()[11]);
    }

    @Test
    void masksAloneTellBoxesToo() throws IOException {
        Path alone = Files.createDirectory(folder.resolve("alone"));
        Files.createDirectory(alone.resolve("masks"));
        Files.writeString(alone.resolve("labels.txt"), "apple\nzebra\n");
        BufferedImage mask = new BufferedImage(10, 8, BufferedImage.TYPE_BYTE_GRAY);
        mask.getRaster().setSample(3, 2, 0, 2);
        mask.getRaster().setSample(5, 6, 0, 2);
        mask.getRaster().setSample(0, 0, 0, 255);
        ImageIO.write(mask, "png", alone.resolve("masks").resolve("p.png").toFile());
        Files.createFile(alone.resolve("p.jpg"));

        LocatedPictures data = LocatedPictures.read(alone);

        assertEquals(List.of("apple", "zebra"), data.labels());
        LocatedPicture picture = data.pictures().getFirst();
        assertEquals(alone.resolve("p.jpg"), picture.file());
        assertEquals(List.of(new Thing(1, new Box(3, 2, 6, 7))), picture.things());
        assertTrue(picture.mask().isPresent());

        Files.createFile(alone.resolve("q.jpg"));
        assertEquals(
                alone.resolve("masks").resolve("q.png") + ": expected a mask of " + alone.resolve("q.jpg")
                        + ", found no such file; add it, or remove the picture",
                assertThrows(DatasetException.class, () -> LocatedPictures.read(alone))
                        .getMessage());
    }

    @Test
    void refusesMasksOfAnotherSizeOrOfColours() throws IOException {
        Path file = folder.resolve("mask.png");
        ImageIO.write(new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB), "png", file.toFile());
        assertEquals(
                file + ": expected a mask of 2 x 3, found 3 x 2",
                assertThrows(IOException.class, () -> Mask.read(file, 2, 3)).getMessage());
        assertEquals(
                file
                        + ": expected a PNG in grey or with a palette, whose pixels are numbers of categories, found 3 channels",
                assertThrows(IOException.class, () -> Mask.read(file, 3, 2)).getMessage());
        Files.writeString(file, "no picture");
        assertThrows(IOException.class, () -> Mask.read(file, 3, 2));
    }
}
