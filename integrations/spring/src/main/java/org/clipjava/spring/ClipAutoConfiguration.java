package org.clipjava.spring;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.PackagedModel;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;

/** A {@link Clip} of {@code clip.model}, opened as the application starts and closed as it ends; and what encodes with it. */
@AutoConfiguration
@EnableConfigurationProperties(ClipProperties.class)
@ImportRuntimeHints(ClipRuntimeHints.class)
public class ClipAutoConfiguration {
    private static final String ADVICE =
            "Add a model's artifact to the project, as org.clipjava:clip-model-pictogram, or set"
                    + " clip.model to a model file: `clip pull openai/clip-vit-base-patch32` makes one, and `clip models path"
                    + " openai/clip-vit-base-patch32` prints where it is.";

    /** For Spring. */
    public ClipAutoConfiguration() {}

    /**
     * The model.
     *
     * @throws ModelNotFoundException if there is none
     * @throws IOException if it is no valid model, or can't be read
     */
    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    public Clip clip(ClipProperties properties) throws IOException {
        VectorModule.warnIfMissing(properties.kernels());
        String model = properties.model();
        if (model.isEmpty()) {
            return only(ClipModels.all()).open(properties.options());
        }
        Optional<PackagedModel> packaged = ClipModels.find(model);
        if (packaged.isPresent()) {
            return packaged.get().open(properties.options());
        }
        try {
            return Clip.open(Path.of(model), properties.options());
        } catch (NoSuchFileException | InvalidPathException e) {
            throw new ModelNotFoundException(
                    "clip.model: '" + model + "' is no file, and no model on the class path, where there is "
                            + ClipModels.all(),
                    ADVICE,
                    e);
        }
    }

    private static PackagedModel only(List<PackagedModel> models) {
        if (models.isEmpty()) {
            throw new ModelNotFoundException("clip.model is not set, and no model is on the class path.", ADVICE);
        }
        if (models.size() > 1) {
            throw new ModelNotFoundException(
                    "clip.model is not set, and several models are on the class path: " + models,
                    "Set clip.model to one of them.");
        }
        return models.getFirst();
    }

    /** What encodes with it, and measures nothing. */
    @Bean
    @ConditionalOnMissingBean
    public ClipEncoder clipEncoder(Clip clip) {
        return ClipEncoder.of(clip);
    }
}
