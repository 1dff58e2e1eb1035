package org.clipjava.eval.locate;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import java.util.function.ToDoubleFunction;
import org.clipjava.eval.BrokenImage;
import org.clipjava.eval.locate.LocatedPicture.Thing;
import org.clipjava.eval.locate.LocatedResult.Judged;
import org.clipjava.eval.metrics.Interval;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.RgbImage;
import org.clipjava.locate.Box;
import org.clipjava.locate.Detection;
import org.clipjava.locate.HeatMap;
import org.clipjava.locate.Location;
import org.clipjava.locate.Locator;

/**
 * How well a model finds where things are. Every label of the data is asked for in every picture. Intervals hold the true value with 95 %;
 * they come from drawing the pictures anew. Immutable.
 *
 * @param labels that were asked for
 * @param pictures that were read
 * @param pointing share of labels that are there whose map is highest in one of their boxes
 * @param ap50 mean over labels of the average precision of boxes that overlap the true one by a half
 * @param meanIou mean over labels of the pixels that prediction and truth have in common, as a share of those that either has
 * @param recall share of labels that are there that were found at all
 * @param invented share of labels that are not there and were found
 */
public record LocateEvaluation(
        int labels,
        int pictures,
        Measure pointing,
        Measure ap50,
        Measure meanIou,
        Measure recall,
        Measure invented,
        List<BrokenImage> broken) {
    private static final int RESAMPLES = 1000;

    /** Samples along a picture's side for the pixels that are compared. */
    private static final int SAMPLES = 128;

    private static final double HALF = 0.5;

    /** A pixel that no label claims and none is blamed for. */
    private static final int UNKNOWN = -2;

    /** Copies the list. */
    public LocateEvaluation {
        broken = List.copyOf(broken);
    }

    /**
     * A number between 0 and 1; not a number where there is nothing to measure.
     *
     * @param interval of 95 %
     */
    public record Measure(double value, Interval interval) {}

    /** Told of each picture when it is done. */
    public interface Listener {
        /** A picture was read, and this was found. */
        void located(LocatedPicture picture, RgbImage pixels, List<Location> locations) throws IOException;
    }

    /**
     * Measures.
     *
     * @param locator for all labels of the data, in their order
     * @param progress told how many pictures are done
     * @param seed of what is drawn for intervals
     * @throws IOException if the listener throws it
     */
    public static LocateEvaluation run(
            Locator locator, LocatedPictures data, long seed, IntConsumer progress, Listener listener)
            throws IOException {
        List<LocatedResult> results = new ArrayList<>();
        List<BrokenImage> broken = new ArrayList<>();
        for (LocatedPicture picture : data.pictures()) {
            RgbImage pixels;
            int[] truth;
            try {
                pixels = ImageDecoder.standard().decode(picture.file());
                truth = truth(picture, data, pixels);
            } catch (IOException e) {
                broken.add(new BrokenImage(picture.file(), String.valueOf(e.getMessage())));
                continue;
            }
            List<Location> locations = locator.locate(pixels);
            results.add(judge(picture, locations, truth, pixels));
            listener.located(picture, pixels, locations);
            progress.accept(results.size() + broken.size());
        }
        return of(data.labels().size(), results, broken, seed);
    }

    static LocateEvaluation of(int labels, List<LocatedResult> results, List<BrokenImage> broken, long seed) {
        return new LocateEvaluation(
                labels,
                results.size(),
                measure(results, seed, drawn -> share(drawn, LocatedResult::hits, LocatedResult::present)),
                measure(results, seed, drawn -> ap50(drawn, labels)),
                measure(results, seed, drawn -> meanIou(drawn, labels)),
                measure(results, seed, drawn -> share(drawn, LocatedResult::found, LocatedResult::present)),
                measure(results, seed, drawn -> share(drawn, LocatedResult::invented, LocatedResult::absent)),
                broken);
    }

    /** The label of each sample, or -1; {@link #UNKNOWN} where nobody knows; [SAMPLES, SAMPLES]. */
    static int[] truth(LocatedPicture picture, LocatedPictures data, RgbImage pixels) throws IOException {
        int[] truth = new int[SAMPLES * SAMPLES];
        Arrays.fill(truth, -1);
        if (picture.mask().isPresent()) {
            Mask mask = Mask.read(picture.mask().get(), pixels.width(), pixels.height());
            for (int i = 0; i < truth.length; i++) {
                int x = sample(i % SAMPLES, pixels.width());
                int y = sample(i / SAMPLES, pixels.height());
                int label = data.categories().indexOf(mask.at(x, y));
                truth[i] = label < 0 && mask.at(x, y) == Mask.NOTHING ? UNKNOWN : label;
            }
        } else {
            for (Thing thing : picture.things()) {
                for (int i = 0; i < truth.length; i++) {
                    if (holds(thing.box(), sample(i % SAMPLES, pixels.width()), sample(i / SAMPLES, pixels.height()))) {
                        truth[i] = thing.label();
                    }
                }
            }
        }
        return truth;
    }

    private static int sample(int place, int side) {
        return (int) ((place + HALF) * side / SAMPLES);
    }

    private static boolean holds(Box box, double x, double y) {
        return x >= box.xmin() && x < box.xmax() && y >= box.ymin() && y < box.ymax();
    }

    static LocatedResult judge(LocatedPicture picture, List<Location> locations, int[] truth, RgbImage pixels) {
        int labels = locations.size();
        int[] things = new int[labels];
        picture.things().forEach(thing -> things[thing.label()]++);
        int hits = 0;
        int present = 0;
        int found = 0;
        int invented = 0;
        List<Judged> boxes = new ArrayList<>();
        for (int label = 0; label < labels; label++) {
            int index = label;
            Location location = locations.get(label);
            List<Box> own = picture.things().stream()
                    .filter(thing -> thing.label() == index)
                    .map(Thing::box)
                    .toList();
            boxes.addAll(judged(label, location.detections(), own));
            if (own.isEmpty()) {
                invented += location.isThere() ? 1 : 0;
            } else {
                present++;
                found += location.isThere() ? 1 : 0;
                hits += isHighestIn(own, location.map(), pixels) ? 1 : 0;
            }
        }
        long[] common = new long[labels];
        long[] covered = new long[labels];
        for (int i = 0; i < truth.length; i++) {
            if (truth[i] == UNKNOWN) {
                continue;
            }
            int row = i / SAMPLES;
            int predicted = predicted(locations, (i % SAMPLES + HALF) / SAMPLES, (row + HALF) / SAMPLES);
            if (truth[i] >= 0) {
                covered[truth[i]]++;
            }
            if (predicted >= 0 && predicted != truth[i]) {
                covered[predicted]++;
            } else if (predicted >= 0) {
                common[predicted]++;
            }
        }
        return new LocatedResult(hits, present, found, labels - present, invented, boxes, things, common, covered);
    }

    /** The best first takes the box that it overlaps most. */
    private static List<Judged> judged(int label, List<Detection> detections, List<Box> own) {
        List<Judged> judged = new ArrayList<>();
        Set<Box> left = new HashSet<>(own);
        detections.stream()
                .sorted(Comparator.comparingDouble(Detection::score).reversed())
                .forEach(detection -> {
                    Box best = detection.box();
                    double overlap = 0;
                    for (Box box : left) {
                        if (box.overlap(detection.box()) > overlap) {
                            overlap = box.overlap(detection.box());
                            best = box;
                        }
                    }
                    boolean right = overlap >= HALF && left.remove(best);
                    judged.add(new Judged(label, detection.score(), right));
                });
        return judged;
    }

    private static boolean isHighestIn(List<Box> boxes, HeatMap map, RgbImage pixels) {
        double[] values = map.toArray();
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        double x = (best % map.columns() + HALF) * pixels.width() / map.columns();
        int row = best / map.columns();
        double y = (row + HALF) * pixels.height() / map.rows();
        return boxes.stream().anyMatch(box -> holds(box, x, y));
    }

    /** Of the labels that are there and cover a place, the one that is nearest to its peak; -1 if there is none. */
    private static int predicted(List<Location> locations, double x, double y) {
        int best = -1;
        double highest = 0;
        for (int i = 0; i < locations.size(); i++) {
            Location location = locations.get(i);
            if (location.isThere() && location.map().covers(x, y)) {
                double value = location.map().relative(x, y);
                if (value > highest) {
                    highest = value;
                    best = i;
                }
            }
        }
        return best;
    }

    private interface Count {
        int of(LocatedResult result);
    }

    private static double share(List<LocatedResult> results, Count hits, Count of) {
        return (double) results.stream().mapToInt(hits::of).sum()
                / results.stream().mapToInt(of::of).sum();
    }

    private static double ap50(List<LocatedResult> results, int labels) {
        int[] things = new int[labels];
        List<Judged> all = new ArrayList<>();
        for (LocatedResult result : results) {
            all.addAll(result.boxes());
            for (int i = 0; i < labels; i++) {
                things[i] += result.things()[i];
            }
        }
        all.sort(Comparator.comparingDouble(Judged::score).reversed());
        List<List<Judged>> byLabel = new ArrayList<>();
        for (int i = 0; i < labels; i++) {
            byLabel.add(new ArrayList<>());
        }
        all.forEach(judged -> byLabel.get(judged.label()).add(judged));
        double sum = 0;
        int counted = 0;
        for (int i = 0; i < labels; i++) {
            if (things[i] > 0) {
                sum += averagePrecision(byLabel.get(i), things[i]);
                counted++;
            }
        }
        return sum / counted;
    }

    /** The area under the precision that is reached at each recall or a larger one (Pascal VOC since 2010). */
    private static double averagePrecision(List<Judged> best, int things) {
        double[] precision = new double[best.size()];
        int right = 0;
        for (int i = 0; i < precision.length; i++) {
            right += best.get(i).right() ? 1 : 0;
            precision[i] = (double) right / (i + 1);
        }
        double area = 0;
        double highest = 0;
        for (int i = precision.length - 1; i >= 0; i--) {
            highest = Math.max(highest, precision[i]);
            area += best.get(i).right() ? highest / things : 0;
        }
        return area;
    }

    /** Over the labels that are there in any of the pictures. */
    private static double meanIou(List<LocatedResult> results, int labels) {
        double sum = 0;
        int counted = 0;
        for (int label = 0; label < labels; label++) {
            int index = label;
            if (results.stream().anyMatch(result -> result.things()[index] > 0)) {
                long common = results.stream()
                        .mapToLong(result -> result.common()[index])
                        .sum();
                long covered = results.stream()
                        .mapToLong(result -> result.covered()[index])
                        .sum();
                sum += covered == 0 ? 0 : (double) common / covered;
                counted++;
            }
        }
        return sum / counted;
    }

    private static Measure measure(
            List<LocatedResult> results, long seed, ToDoubleFunction<List<LocatedResult>> statistic) {
        if (results.isEmpty()) {
            return new Measure(Double.NaN, new Interval(0, 1));
        }
        Random random = new Random(seed);
        double[] values = new double[RESAMPLES];
        for (int i = 0; i < RESAMPLES; i++) {
            List<LocatedResult> drawn = new ArrayList<>();
            for (int j = 0; j < results.size(); j++) {
                drawn.add(results.get(random.nextInt(results.size())));
            }
            values[i] = statistic.applyAsDouble(drawn);
        }
        Arrays.sort(values);
        return new Measure(
                statistic.applyAsDouble(results),
                new Interval(values[(int) (0.025 * RESAMPLES)], values[(int) (0.975 * RESAMPLES) - 1]));
    }
}
