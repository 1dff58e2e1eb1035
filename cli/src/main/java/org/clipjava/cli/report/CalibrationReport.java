package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.Locale;
import org.clipjava.cli.output.Json;
import org.clipjava.eval.fit.Calibration;
import org.clipjava.eval.metrics.Proportion;

/**
 * What a calibration is worth, on the pictures that were held out.
 *
 * @param givenNegatives whether there were pictures of none of the labels, or those of other labels stood in for them
 */
public record CalibrationReport(Calibration calibration, boolean givenNegatives, long seed) {
    public String toText() {
        String others = givenNegatives ? "negatives" : "pictures without their own label";
        return """
                held-out pictures  %,d
                temperature        %.4g
                loss               %.4f, was %.4f (nats)
                calibration error  %.2f %%, was %.2f %%
                accuracy           %s
                false accepts      %s of %s; promised %.2f %%
                accepted           %s
                of these right     %s
                """.formatted(
                        calibration.right().of(),
                        calibration.temperature().value(),
                        calibration.lossAfter(),
                        calibration.lossBefore(),
                        100 * calibration.calibrationErrorAfter(),
                        100 * calibration.calibrationErrorBefore(),
                        share(calibration.right()),
                        share(calibration.falseAccepts()),
                        "%,d %s".formatted(calibration.falseAccepts().of(), others),
                        100 * calibration.promised(),
                        share(calibration.accepted()),
                        share(calibration.rightOfAccepted()));
    }

    /** {@code 4.10 % (2.30 to 7.20 %)}. */
    private static String share(Proportion proportion) {
        return proportion.of() == 0
                ? "none"
                : String.format(
                        Locale.ROOT,
                        "%.2f %% (%.2f to %.2f %%)",
                        100 * proportion.value(),
                        100 * proportion.interval().low(),
                        100 * proportion.interval().high());
    }

    public String toJson() {
        return Json.document(json -> {
            json.name("seed").value(seed);
            json.name("temperature").value(calibration.temperature().value());
            json.name("loss").value(calibration.lossAfter());
            json.name("loss_before").value(calibration.lossBefore());
            json.name("expected_calibration_error").value(calibration.calibrationErrorAfter());
            json.name("expected_calibration_error_before").value(calibration.calibrationErrorBefore());
            json.name("false_accept_promised").value(calibration.promised());
            json.name("negatives").value(givenNegatives ? "given" : "other labels");
            write(json, "false_accepts", calibration.falseAccepts());
            write(json, "accepted", calibration.accepted());
            write(json, "right", calibration.right());
            write(json, "right_of_accepted", calibration.rightOfAccepted());
        });
    }

    private static void write(JsonWriter json, String name, Proportion proportion) throws IOException {
        json.name(name).beginObject();
        json.name("count").value(proportion.hits());
        json.name("of").value(proportion.of());
        json.name("low").value(proportion.interval().low());
        json.name("high").value(proportion.interval().high());
        json.endObject();
    }
}
