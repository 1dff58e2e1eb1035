package org.clipjava.spark;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;
import javax.imageio.ImageIO;

/** Many pictures made of the few that are in src-test-data. The same number always gives the same ones. */
final class PictureSet {
    /** One in a hundred is broken: cut off, empty, or no picture at all. */
    static final int BROKEN_ONE_IN = 100;

    /** One in four is a copy of a shipped one, byte for byte. */
    private static final int COPY_ONE_IN = 4;

    private static final int LONG_SIDE = 480;

    private PictureSet() {}

    /** Writes pictures, JPEG and PNG, in folders of a hundred; their paths. */
    static List<Path> write(Path folder, int count) throws IOException {
        List<Path> shipped;
        try (Stream<Path> files = Files.list(LocalSpark.picture("pictograms"))) {
            shipped = new ArrayList<>(files.filter(file -> !file.toString().endsWith(".csv"))
                    .sorted()
                    .toList());
        }
        for (String photo : List.of("astronaut.png", "chelsea.png", "coffee.png", "rocket.jpg", "coffee_q90_444.jpg")) {
            shipped.add(LocalSpark.picture("images/" + photo));
        }
        Random random = new Random(20260731);
        List<Path> written = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Path source = shipped.get(i % shipped.size());
            String name = source.getFileName().toString();
            String format = i % 2 == 0 ? "jpg" : "png";
            String numbered = String.format(Locale.ROOT, "%03d/%06d-", i / 100, i);
            Path target = folder.resolve(numbered + name.substring(0, name.lastIndexOf('.') + 1) + format);
            Files.createDirectories(folder.resolve(numbered).getParent());
            if (i % BROKEN_ONE_IN == BROKEN_ONE_IN - 1) {
                breakPicture(source, target, i / BROKEN_ONE_IN);
            } else if (i % COPY_ONE_IN == 0) {
                target = folder.resolve(numbered + name);
                Files.copy(source, target);
            } else {
                ImageIO.write(variant(ImageIO.read(source.toFile()), random), format, target.toFile());
            }
            written.add(target);
        }
        return List.copyOf(written);
    }

    private static void breakPicture(Path source, Path target, int kind) throws IOException {
        byte[] whole = Files.readAllBytes(source);
        switch (kind % 3) {
            case 0 -> Files.write(target, Arrays.copyOf(whole, whole.length / 2));
            case 1 -> Files.createFile(target);
            default -> Files.writeString(target, "no picture");
        }
    }

    /** Scaled to the size of a thumbnail on the web, turned a little and sheared. */
    private static BufferedImage variant(BufferedImage image, Random random) {
        double scale = LONG_SIDE / (double) Math.max(image.getWidth(), image.getHeight());
        BufferedImage variant = new BufferedImage(
                (int) Math.ceil(image.getWidth() * scale),
                (int) Math.ceil(image.getHeight() * scale),
                BufferedImage.TYPE_INT_RGB);
        AffineTransform transform = AffineTransform.getScaleInstance(scale, scale);
        transform.rotate(random.nextGaussian() / 8, image.getWidth() / 2.0, image.getHeight() / 2.0);
        transform.shear(random.nextGaussian() / 16, 0);
        Graphics2D graphics = variant.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(image, transform, null);
        graphics.dispose();
        return variant;
    }
}
