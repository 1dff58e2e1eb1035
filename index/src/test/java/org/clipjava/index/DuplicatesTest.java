package org.clipjava.index;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.clipjava.Clip;
import org.clipjava.index.Duplicates.Group;
import org.clipjava.index.Duplicates.Likeness;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies of pictograms, changed as people change pictures, among pictures that are merely alike. */
class DuplicatesTest {
    /** {@code -Dclip.index.originals=90} for a longer run. */
    private static final int PICTURES = Integer.getInteger("clip.index.originals", 16);

    @TempDir
    Path root;

    @Tag("thorough")
    @Test
    void tellsTheSamePictureFromWhatIsMerelyAlike() throws IOException, InterruptedException {
        List<Path> originals;
        try (Stream<Path> files = Files.list(Pictograms.folder())) {
            originals = files.filter(file -> !file.toString().endsWith(".csv"))
                    .sorted()
                    .limit(PICTURES)
                    .toList();
        }
        Map<Path, Integer> picture = new HashMap<>();
        for (int i = 0; i < originals.size(); i++) {
            for (Path copy : copies(i, ImageIO.read(originals.get(i).toFile()))) {
                picture.put(copy, i);
            }
        }
        int alike = 0;
        for (Path file : alike(originals)) {
            picture.put(file, originals.size() + alike++);
        }

        List<Group> groups = groups(false);

        long found = 0;
        long right = 0;
        for (Group group : groups) {
            for (int i = 0; i < group.pictures().size(); i++) {
                for (int j = i + 1; j < group.pictures().size(); j++) {
                    found++;
                    boolean same = picture.get(group.pictures().get(i).stamp().file())
                            .equals(picture.get(group.pictures().get(j).stamp().file()));
                    right += same ? 1 : 0;
                }
            }
        }
        long copies = ((long) picture.size() - alike) / originals.size();
        long all = originals.size() * copies * (copies - 1) / 2;
        String numbers = right + " pairs of " + found + " are the same; there are " + all;
        assertTrue(right >= 0.98 * found, "precision: " + numbers);
        assertTrue(right >= 0.98 * all, "recall: " + numbers);
        assertTrue(alike >= PICTURES - 1, "that many could be confused");
        for (Group group : groups) {
            List<Long> pixels =
                    group.pictures().stream().map(IndexedPicture::pixels).toList();
            assertEquals(pixels.stream().sorted(Comparator.reverseOrder()).toList(), pixels, "the best copy is first");
        }
    }

    @Test
    void groupsFilesOfOneContent() throws IOException, InterruptedException {
        Pictograms.copy("snail.png", root.resolve("pictures/a.png"));
        Pictograms.copy("snail.png", root.resolve("pictures/b.png"));
        Pictograms.copy("bird.png", root.resolve("pictures/c.png"));
        List<Group> groups = groups(true);
        assertEquals(1, groups.size());
        assertEquals(Likeness.SAME_FILE, groups.getFirst().likeness());
        assertEquals(
                List.of("a.png", "b.png"),
                groups.getFirst().pictures().stream()
                        .map(one -> one.stamp().file().getFileName().toString())
                        .toList());
    }

    private List<Group> groups(boolean scenes) throws IOException, InterruptedException {
        try (Clip clip = Pictograms.model();
                PictureIndex index = PictureIndex.open(
                        root.resolve("index"), IndexModel.of(clip, "pictograms"), IndexOptions.defaults())) {
            IndexUpdate.of(index, clip)
                    .withThreads(2)
                    .run(List.of(root.resolve("pictures")), new PictureSearchTest.Silent());
            return Duplicates.of(index).withScenes(scenes).find();
        }
    }

    /** The same picture in six ways. */
    private List<Path> copies(int number, BufferedImage read) throws IOException {
        BufferedImage original =
                drawn(read, read.getWidth(), read.getHeight(), 0, 0, read.getWidth(), read.getHeight());
        int w = original.getWidth();
        int h = original.getHeight();
        List<Path> files = new ArrayList<>();
        files.add(write(number + "-original.png", png(original)));
        files.add(write(number + "-smaller.png", png(drawn(original, w * 2 / 3, h * 2 / 3, 0, 0, w, h))));
        files.add(write(number + "-compressed.jpg", jpeg(original, 0.4f)));
        files.add(write(
                number + "-cropped.png",
                png(drawn(original, w * 17 / 20, h * 17 / 20, w / 10, h / 12, w * 17 / 20, h * 17 / 20))));
        files.add(write(number + "-filtered.png", png(warmer(original))));
        files.add(write(number + "-rotated.jpg", turnedByExif(original)));
        return files;
    }

    /** Others: of two pictures a half each. */
    private List<Path> alike(List<Path> originals) throws IOException {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i + 1 < originals.size(); i++) {
            BufferedImage first = ImageIO.read(originals.get(i).toFile());
            BufferedImage second = ImageIO.read(originals.get(i + 1).toFile());
            BufferedImage both = drawn(first, 200, 200, 0, 0, first.getWidth(), first.getHeight());
            Graphics2D pen = both.createGraphics();
            pen.drawImage(
                    second.getScaledInstance(200, 200, Image.SCALE_SMOOTH), 0, 100, 200, 200, 0, 100, 200, 200, null);
            pen.dispose();
            files.add(write("alike-" + i + ".png", png(both)));
        }
        return files;
    }

    private static BufferedImage drawn(BufferedImage from, int width, int height, int x, int y, int w, int h) {
        BufferedImage to = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D pen = to.createGraphics();
        pen.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, width, height);
        pen.drawImage(from, 0, 0, width, height, x, y, x + w, y + h, null);
        pen.dispose();
        return to;
    }

    private static BufferedImage warmer(BufferedImage from) {
        BufferedImage to = new BufferedImage(from.getWidth(), from.getHeight(), BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < from.getHeight(); y++) {
            for (int x = 0; x < from.getWidth(); x++) {
                Color c = new Color(from.getRGB(x, y));
                to.setRGB(
                        x,
                        y,
                        new Color(
                                        Math.min(255, 30 + c.getRed() * 7 / 8),
                                        20 + c.getGreen() * 6 / 8,
                                        10 + c.getBlue() * 5 / 8)
                                .getRGB());
            }
        }
        return to;
    }

    private static byte[] png(BufferedImage image) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertTrue(ImageIO.write(image, "png", bytes));
        return bytes.toByteArray();
    }

    private static byte[] jpeg(BufferedImage image, float quality) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(quality);
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(image, null, null), how);
        }
        writer.dispose();
        return bytes.toByteArray();
    }

    /** Lies on its side, and says so. */
    private static byte[] turnedByExif(BufferedImage upright) throws IOException {
        int w = upright.getWidth();
        int h = upright.getHeight();
        BufferedImage lying = new BufferedImage(h, w, BufferedImage.TYPE_INT_RGB);
        for (int y = 0; y < h; y++) {
            for (int x = 0; x < w; x++) {
                lying.setRGB(y, w - 1 - x, upright.getRGB(x, y));
            }
        }
        byte[] jpeg = jpeg(lying, 0.9f);
        byte[] exif = {
            (byte) 0xff,
            (byte) 0xe1,
            0,
            34,
            'E',
            'x',
            'i',
            'f',
            0,
            0,
            'M',
            'M',
            0,
            42,
            0,
            0,
            0,
            8,
            0,
            1,
            1,
            0x12,
            0,
            3,
            0,
            0,
            0,
            1,
            0,
            6,
            0,
            0,
            0,
            0,
            0,
            0
        };
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, 2);
        bytes.writeBytes(exif);
        bytes.write(jpeg, 2, jpeg.length - 2);
        return bytes.toByteArray();
    }

    private Path write(String name, byte[] content) throws IOException {
        Path file = root.resolve("pictures").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }
}
