package org.clipjava.spring;

import org.clipjava.ClipOptions;
import org.clipjava.config.KernelChoice;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What {@code clip.…} in the application's properties says.
 *
 * @param model the name of a model on the class path, as {@code pictogram}, or a model file's path; empty: the one on the class path
 * @param threads how many one call may use; 0: as many as there are processors
 * @param kernels {@code auto}, {@code vector} or {@code scalar}
 * @param quickStart the first result about a second sooner, later ones a few percent slower
 */
@ConfigurationProperties("clip")
public record ClipProperties(
        @DefaultValue("") String model,
        @DefaultValue("0") int threads,
        @DefaultValue("auto") KernelChoice kernels,
        @DefaultValue("false") boolean quickStart) {
    /** Refuses less than no threads. */
    public ClipProperties {
        if (threads < 0) {
            throw new IllegalArgumentException("clip.threads: expected 0 or more, found " + threads);
        }
    }

    /** As options of a {@code Clip}. */
    public ClipOptions options() {
        ClipOptions options = ClipOptions.defaults().withKernels(kernels).withQuickStart(quickStart);
        return threads == 0 ? options : options.withThreads(threads);
    }
}
