package org.clipjava.cli.report;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.clipjava.Clip;
import org.clipjava.cli.output.Version;
import org.clipjava.image.RgbImage;
import org.clipjava.measure.Machine;

/**
 * What a measurement is worthless without.
 *
 * @param facts by the names that json and csv give them
 */
public record BenchEnvironment(SequencedMap<String, String> facts) {

    public static BenchEnvironment of(Clip clip, String model, String picture, RgbImage image) {
        SequencedMap<String, String> facts = new LinkedHashMap<>();
        facts.put("date", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
        facts.put("version", Version.ofJar());
        facts.put("processor", Machine.processor());
        facts.put("processors", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("system", Machine.system());
        facts.put("java", Machine.java());
        facts.put("backend", clip.backend());
        facts.put("kernels", clip.kernels());
        facts.put("model", model);
        facts.put("model_id", clip.info().id().orElse("unknown"));
        facts.put("fingerprint", clip.fingerprint());
        facts.put("weight_type", clip.info().weightType().spelling());
        facts.put("picture", picture);
        facts.put("picture_size", image.width() + "x" + image.height());
        return new BenchEnvironment(facts);
    }
}
