package org.clipjava.spring;

import java.util.concurrent.atomic.AtomicBoolean;
import org.clipjava.config.KernelChoice;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Warns, once in a JVM, that the module is missing without which everything is many times slower. */
final class VectorModule {
    static final String NAME = "jdk.incubator.vector";
    private static final Logger LOGGER = LoggerFactory.getLogger(VectorModule.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private VectorModule() {}

    static void warnIfMissing(KernelChoice kernels) {
        boolean missing = ModuleLayer.boot().findModule(NAME).isEmpty();
        if (missing && kernels == KernelChoice.AUTO && !WARNED.getAndSet(true)) {
            LOGGER.warn(
                    "the module {} is missing, so encoding is many times slower; start Java with --add-modules {}: on"
                            + " the command line, in JDK_JAVA_OPTIONS, or as <jvmArguments> of spring-boot-maven-plugin",
                    NAME,
                    NAME);
        }
    }
}
