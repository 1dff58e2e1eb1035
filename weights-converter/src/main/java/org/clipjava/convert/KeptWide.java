package org.clipjava.convert;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.clipjava.config.WeightType;
import org.clipjava.io.Shown;
import org.clipjava.modelfile.ModelInfo;

/** Which matrices and tables of a narrow model stay f32, by patterns of their names. */
final class KeptWide {
    private static final String SUFFIX = ".weight";

    private KeptWide() {}

    /**
     * The same model with all that a pattern names wide.
     *
     * @throws ConversionOptionException if a pattern names nothing, or the model is f32 as a whole
     */
    static ModelInfo in(ModelInfo info, List<String> patterns, Path source) throws ConversionOptionException {
        if (patterns.isEmpty()) {
            return info;
        }
        if (info.weightType() == WeightType.F32) {
            throw new ConversionOptionException(
                    source + ": expected a narrower type than f32 for the option keep-wide, found f32; leave that out",
                    List.of());
        }
        Set<String> wide = new LinkedHashSet<>();
        for (String pattern : patterns) {
            Pattern regex = regex(pattern);
            List<String> named = info.narrowed().stream()
                    .filter(tensor -> regex.matcher(place(tensor)).matches()
                            || regex.matcher(tensor).matches())
                    .toList();
            if (named.isEmpty()) {
                throw new ConversionOptionException(
                        source + ": expected layers of this model for the option keep-wide, as "
                                + place(info.narrowed().getFirst()) + " to "
                                + place(info.narrowed().getLast()) + ", found '" + Shown.text(pattern) + "'",
                        List.of());
            }
            wide.addAll(named);
        }
        return info.withWide(wide);
    }

    private static String place(String tensor) {
        return tensor.endsWith(SUFFIX) ? tensor.substring(0, tensor.length() - SUFFIX.length()) : tensor;
    }

    private static Pattern regex(String pattern) {
        return Pattern.compile(
                Arrays.stream(pattern.split("\\*", -1)).map(Pattern::quote).collect(Collectors.joining(".*")));
    }
}
