package org.clipjava.testdata;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import javax.imageio.ImageIO;

/**
 * Pictures with one to six pictograms of {@code pictograms/} at known places, on plain, shaded and patterned backgrounds. The seed decides
 * everything.
 *
 * <p>A folder of scenes has {@code annotations.json} (COCO: boxes), {@code images/} and {@code masks/} (PNG: each pixel the number of its
 * category, 0 for the background).
 */
public final class Scenes {
    private static final int FEWEST_SIDE = 280;
    private static final int MOST_SIDE = 640;
    private static final int MOST_THINGS = 6;

    /** A pixel of a pictogram's ground is at least so bright in every channel; JPEG leaves some noise. */
    private static final int WHITE = 236;

    private final Random random;
    private final List<Pictogram> pictograms;

    private Scenes(long seed, List<Pictogram> pictograms) {
        this.random = new Random(seed);
        this.pictograms = pictograms;
    }

    private record Pictogram(String label, BufferedImage cut) {}

    /** A thing in a scene: its label's number, from 1, and the box of what is drawn. */
    private record Thing(int category, int left, int top, int width, int height) {
        boolean touches(Thing other) {
            return left < other.left + other.width
                    && other.left < left + width
                    && top < other.top + other.height
                    && other.top < top + height;
        }
    }

    /** {@code Scenes FOLDER COUNT SEED}: writes a folder of scenes. */
    public static void main(String... args) throws IOException {
        write(Path.of(args[0]), Integer.parseInt(args[1]), Long.parseLong(args[2]));
    }

    /** Writes a folder of scenes. */
    public static void write(Path folder, int count, long seed) throws IOException {
        Scenes scenes = new Scenes(seed, pictograms());
        Files.createDirectories(folder.resolve("images"));
        Files.createDirectories(folder.resolve("masks"));
        List<String> images = new ArrayList<>();
        List<String> annotations = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            String name = String.format(Locale.ROOT, "%04d.png", i);
            Scene scene = scenes.next();
            ImageIO.write(
                    scene.picture, "png", folder.resolve("images").resolve(name).toFile());
            ImageIO.write(
                    scene.mask, "png", folder.resolve("masks").resolve(name).toFile());
            images.add(String.format(
                    Locale.ROOT,
                    "{\"id\":%d,\"file_name\":\"%s\",\"width\":%d,\"height\":%d}",
                    i,
                    name,
                    scene.picture.getWidth(),
                    scene.picture.getHeight()));
            for (Thing thing : scene.things) {
                annotations.add(String.format(
                        Locale.ROOT,
                        "{\"id\":%d,\"image_id\":%d,\"category_id\":%d,\"bbox\":[%d,%d,%d,%d]}",
                        annotations.size() + 1,
                        i,
                        thing.category,
                        thing.left,
                        thing.top,
                        thing.width,
                        thing.height));
            }
        }
        List<String> categories = new ArrayList<>();
        for (int i = 0; i < scenes.pictograms.size(); i++) {
            categories.add("{\"id\":" + (i + 1) + ",\"name\":\"" + scenes.pictograms.get(i).label + "\"}");
        }
        Files.writeString(
                folder.resolve("annotations.json"),
                "{\"images\":[\n" + String.join(",\n", images) + "],\n\"annotations\":[\n"
                        + String.join(",\n", annotations) + "],\n\"categories\":[\n" + String.join(",\n", categories)
                        + "]}\n",
                StandardCharsets.UTF_8);
    }

    private static List<Pictogram> pictograms() throws IOException {
        Path folder = TestData.committed().path("pictograms");
        List<Pictogram> pictograms = new ArrayList<>();
        List<String> lines = Files.readAllLines(folder.resolve("labels.csv"));
        for (String line : lines.subList(1, lines.size())) {
            int comma = line.indexOf(',');
            BufferedImage picture =
                    ImageIO.read(folder.resolve(line.substring(0, comma)).toFile());
            pictograms.add(new Pictogram(line.substring(comma + 1), withoutGround(picture)));
        }
        return pictograms;
    }

    /** The picture without the white that its edges are connected with, cut to what is left. */
    private static BufferedImage withoutGround(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        boolean[] ground = new boolean[width * height];
        ArrayDeque<Integer> next = new ArrayDeque<>();
        for (int i = 0; i < width * height; i++) {
            if (i % width == 0 || i % width == width - 1 || i < width || i >= width * (height - 1)) {
                next.add(i);
            }
        }
        while (!next.isEmpty()) {
            int at = next.remove();
            Color color = new Color(picture.getRGB(at % width, at / width));
            if (ground[at] || Math.min(color.getRed(), Math.min(color.getGreen(), color.getBlue())) < WHITE) {
                continue;
            }
            ground[at] = true;
            if (at % width > 0) {
                next.add(at - 1);
            }
            if (at % width < width - 1) {
                next.add(at + 1);
            }
            if (at >= width) {
                next.add(at - width);
            }
            if (at < width * (height - 1)) {
                next.add(at + width);
            }
        }
        BufferedImage cut = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < width * height; i++) {
            if (!ground[i]) {
                cut.setRGB(i % width, i / width, picture.getRGB(i % width, i / width) | 0xff000000);
            }
        }
        return trimmed(cut);
    }

    private static BufferedImage trimmed(BufferedImage picture) {
        int left = picture.getWidth();
        int right = 0;
        int top = picture.getHeight();
        int bottom = 0;
        for (int y = 0; y < picture.getHeight(); y++) {
            for (int x = 0; x < picture.getWidth(); x++) {
                if (isDrawn(picture, x, y)) {
                    left = Math.min(left, x);
                    right = Math.max(right, x + 1);
                    top = Math.min(top, y);
                    bottom = Math.max(bottom, y + 1);
                }
            }
        }
        return picture.getSubimage(left, top, right - left, bottom - top);
    }

    private static boolean isDrawn(BufferedImage picture, int x, int y) {
        return picture.getRGB(x, y) >>> 24 > 127;
    }

    /** @param mask of the same size, a byte a pixel */
    private record Scene(BufferedImage picture, BufferedImage mask, List<Thing> things) {}

    private Scene next() {
        int width = FEWEST_SIDE + random.nextInt(MOST_SIDE - FEWEST_SIDE + 1);
        int height = FEWEST_SIDE + random.nextInt(MOST_SIDE - FEWEST_SIDE + 1);
        BufferedImage picture = background(width, height);
        BufferedImage mask = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        byte[] categories = ((DataBufferByte) mask.getRaster().getDataBuffer()).getData();
        Graphics2D graphics = picture.createGraphics();
        List<Thing> things = new ArrayList<>();
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < pictograms.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        int wanted = 1 + random.nextInt(MOST_THINGS);
        for (int index : order.subList(0, wanted)) {
            BufferedImage cut = pictograms.get(index).cut;
            for (int attempt = 0; attempt < 50; attempt++) {
                double size = Math.min(width, height) * (0.2 + 0.35 * random.nextDouble());
                double scale = size / Math.max(cut.getWidth(), cut.getHeight());
                int across = Math.max(8, (int) Math.round(cut.getWidth() * scale));
                int down = Math.max(8, (int) Math.round(cut.getHeight() * scale));
                Thing thing = new Thing(
                        index + 1, random.nextInt(width - across), random.nextInt(height - down), across, down);
                if (things.stream().noneMatch(thing::touches)) {
                    things.add(thing);
                    draw(graphics, categories, width, scaled(cut, across, down), thing);
                    break;
                }
            }
        }
        graphics.dispose();
        return new Scene(picture, mask, things);
    }

    private static void draw(Graphics2D graphics, byte[] mask, int width, BufferedImage drawn, Thing thing) {
        graphics.drawImage(drawn, thing.left, thing.top, null);
        for (int y = 0; y < thing.height; y++) {
            for (int x = 0; x < thing.width; x++) {
                if (isDrawn(drawn, x, y)) {
                    mask[(thing.top + y) * width + thing.left + x] = (byte) thing.category;
                }
            }
        }
    }

    private static BufferedImage scaled(BufferedImage cut, int width, int height) {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = scaled.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        graphics.drawImage(cut, 0, 0, width, height, null);
        graphics.dispose();
        return scaled;
    }

    /** White, one colour, two that run into each other, or stripes. */
    private BufferedImage background(int width, int height) {
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        int kind = random.nextInt(4);
        float[] first = colour();
        float[] second = colour();
        double angle = 2 * Math.PI * random.nextDouble();
        double period = 20 + 60 * random.nextDouble();
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double along = x * Math.cos(angle) + y * Math.sin(angle);
                double share = switch (kind) {
                    case 2 -> 0.5 + 0.5 * along / (width + height);
                    case 3 -> 0.15 + 0.15 * Math.sin(2 * Math.PI * along / period);
                    default -> 0;
                };
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double value = kind == 0 ? 1 : first[channel] * (1 - share) + second[channel] * share;
                    rgb = rgb << 8 | (int) Math.round(255 * Math.clamp(value, 0, 1));
                }
                picture.setRGB(x, y, rgb);
            }
        }
        return picture;
    }

    /** Any, but pale rather than dark. */
    private float[] colour() {
        float[] colour = new float[3];
        for (int channel = 0; channel < 3; channel++) {
            colour[channel] = 0.45f + 0.55f * random.nextFloat();
        }
        return colour;
    }
}
