package org.clipjava.cli.report;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.Rectangle;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.clipjava.image.RgbImage;
import org.clipjava.io.Shown;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.Location;

/**
 * A picture with the maps and boxes of labels over it, and below it what the colours mean. Labels that are not there have no colour in the
 * picture.
 */
public final class Overlay {
    /** Colours that people tell apart whatever colours they see (Okabe and Ito, 2008), the brightest contrasts first. */
    private static final List<Color> COLOURS = List.of(
            new Color(0xd55e00),
            new Color(0x0072b2),
            new Color(0x009e73),
            new Color(0xcc79a7),
            new Color(0xe69f00),
            new Color(0x56b4e9),
            new Color(0xf0e442));

    /** Text has to be read beside the picture, and a viewer has to open it. */
    private static final int SHORTEST_LONG_SIDE = 560;

    private static final int LONGEST_LONG_SIDE = 1600;

    private static final double STRONGEST = 0.75;
    private static final int MARGIN = 8;
    private static final Font FONT = new Font(Font.SANS_SERIF, Font.PLAIN, 15);

    private final RgbImage picture;
    private final List<Location> locations;
    private final int width;
    private final int height;

    private Overlay(RgbImage picture, List<Location> locations) {
        this.picture = picture;
        this.locations = locations;
        int longSide = Math.max(picture.width(), picture.height());
        double scale = (double) Math.clamp(longSide, SHORTEST_LONG_SIDE, LONGEST_LONG_SIDE) / longSide;
        this.width = Math.max(1, (int) Math.round(picture.width() * scale));
        this.height = Math.max(1, (int) Math.round(picture.height() * scale));
    }

    /** Draws what was found, in the order of the labels. */
    public static RgbImage of(RgbImage picture, List<Location> locations) {
        return new Overlay(picture, locations).draw();
    }

    private RgbImage draw() {
        int line = FONT.getSize() + MARGIN;
        int legend = locations.size() * line + 2 * MARGIN;
        int across = Math.max(width, legendWidth());
        BufferedImage image = new BufferedImage(across, height + legend, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, across, height + legend);
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.setFont(FONT);
        graphics.drawImage(buffered(picture), 0, 0, width, height, null);
        tint(image);
        for (int i = 0; i < locations.size(); i++) {
            for (Detection detection : locations.get(i).detections()) {
                outline(graphics, inPicture(detection.box()), colour(i));
            }
        }
        List<Rectangle> tags = new ArrayList<>();
        for (Location location : locations) {
            for (Detection detection : location.detections()) {
                tag(graphics, Shown.line(detection.label()), inPicture(detection.box()), tags);
            }
        }
        for (int i = 0; i < locations.size(); i++) {
            explain(graphics, i, height + MARGIN + i * line);
        }
        graphics.dispose();
        return rgb(image);
    }

    private static Color colour(int index) {
        return COLOURS.get(index % COLOURS.size());
    }

    /** Every pixel gets gray, and the colour of the label that fits it best, the stronger the better it fits. */
    private void tint(BufferedImage image) {
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int best = -1;
                double strength = 0;
                for (int i = 0; i < locations.size(); i++) {
                    if (locations.get(i).isThere()) {
                        double found = locations.get(i).map().relative((x + 0.5) / width, (y + 0.5) / height);
                        if (found > strength) {
                            strength = found;
                            best = i;
                        }
                    }
                }
                int rgb = image.getRGB(x, y);
                Color pale = pale(new Color(rgb));
                image.setRGB(
                        x, y, (best < 0 ? pale : mixed(pale, colour(best), STRONGEST * strength * strength)).getRGB());
            }
        }
    }

    /** The picture's own colours must not be taken for those of labels. */
    private static Color pale(Color color) {
        int gray = (int) Math.round(0.299 * color.getRed() + 0.587 * color.getGreen() + 0.114 * color.getBlue());
        return mixed(color, new Color(gray, gray, gray), 0.7);
    }

    private static Color mixed(Color from, Color to, double share) {
        return new Color(
                (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
                (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
                (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
    }

    private Rectangle inPicture(Box box) {
        int left = (int) Math.round((double) box.xmin() * width / picture.width());
        int top = (int) Math.round((double) box.ymin() * height / picture.height());
        int right = (int) Math.round((double) box.xmax() * width / picture.width());
        int bottom = (int) Math.round((double) box.ymax() * height / picture.height());
        return new Rectangle(left + 2, top + 2, Math.max(1, right - left - 5), Math.max(1, bottom - top - 5));
    }

    private static void outline(Graphics2D graphics, Rectangle box, Color colour) {
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke(5));
        graphics.draw(box);
        graphics.setColor(colour);
        graphics.setStroke(new BasicStroke(3));
        graphics.draw(box);
    }

    /** Within the picture if it can be, above all boxes, and below the tags that are there. */
    private void tag(Graphics2D graphics, String label, Rectangle box, List<Rectangle> tags) {
        Rectangle tag = new Rectangle(
                box.x + 3, box.y + 3, graphics.getFontMetrics().stringWidth(label) + 4, FONT.getSize() + 4);
        tag.x = Math.max(0, Math.min(tag.x, width - tag.width));
        while (tags.stream().anyMatch(tag::intersects)) {
            tag.y++;
        }
        tags.add(tag);
        graphics.setColor(Color.WHITE);
        graphics.fill(tag);
        graphics.setColor(Color.BLACK);
        graphics.drawString(label, tag.x + 2, tag.y + FONT.getSize() - 2);
    }

    private int legendWidth() {
        BufferedImage none = new BufferedImage(1, 1, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = none.createGraphics();
        FontMetrics metrics = graphics.getFontMetrics(FONT);
        graphics.dispose();
        int widest = locations.stream()
                .mapToInt(location -> metrics.stringWidth(words(location)))
                .max()
                .orElse(0);
        return widest + 4 * MARGIN + FONT.getSize();
    }

    private static String words(Location location) {
        String label = Shown.line(location.label());
        return location.isThere()
                ? label
                        + String.format(
                                Locale.ROOT,
                                "  %.2f",
                                location.detections().getFirst().score())
                : label + "  not there";
    }

    private void explain(Graphics2D graphics, int index, int top) {
        Location location = locations.get(index);
        int side = FONT.getSize();
        graphics.setStroke(new BasicStroke(1));
        if (location.isThere()) {
            graphics.setColor(colour(index));
            graphics.fillRect(MARGIN, top, side, side);
        } else {
            graphics.setColor(Color.GRAY);
            graphics.drawRect(MARGIN, top, side - 1, side - 1);
        }
        graphics.setColor(Color.BLACK);
        graphics.drawString(words(location), 2 * MARGIN + side, top + side - 2);
    }

    private static BufferedImage buffered(RgbImage picture) {
        BufferedImage image = new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_INT_RGB);
        byte[] rgb = picture.rgb();
        int[] row = new int[picture.width()];
        for (int y = 0; y < picture.height(); y++) {
            for (int x = 0; x < row.length; x++) {
                int at = 3 * (y * row.length + x);
                row[x] = (rgb[at] & 0xff) << 16 | (rgb[at + 1] & 0xff) << 8 | (rgb[at + 2] & 0xff);
            }
            image.setRGB(0, y, row.length, 1, row, 0, row.length);
        }
        return image;
    }

    private static RgbImage rgb(BufferedImage image) {
        byte[] rgb = new byte[3 * image.getWidth() * image.getHeight()];
        for (int i = 0; i < rgb.length / 3; i++) {
            int pixel = image.getRGB(i % image.getWidth(), i / image.getWidth());
            rgb[3 * i] = (byte) (pixel >> 16);
            rgb[3 * i + 1] = (byte) (pixel >> 8);
            rgb[3 * i + 2] = (byte) pixel;
        }
        return RgbImage.of(image.getWidth(), image.getHeight(), rgb);
    }
}
