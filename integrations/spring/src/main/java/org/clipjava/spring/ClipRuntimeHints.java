package org.clipjava.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.clipjava.ClipModels;
import org.clipjava.PackagedModel;
import org.jspecify.annotations.Nullable;
import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;

/** Keeps models that lie in jars, and what finds them, in an image that is compiled ahead of time. */
final class ClipRuntimeHints implements RuntimeHintsRegistrar {
    @Override
    public void registerHints(RuntimeHints hints, @Nullable ClassLoader classLoader) {
        hints.resources()
                .registerPattern("META-INF/services/" + PackagedModel.class.getName())
                .registerPattern("META-INF/clip-java/models/*");
        try {
            for (PackagedModel model : ClipModels.all()) {
                hints.resources().registerPattern(PackagedModel.entry(model.name()));
                hints.reflection().registerType(model.getClass(), MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
