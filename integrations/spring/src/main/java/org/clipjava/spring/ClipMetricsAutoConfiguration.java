package org.clipjava.spring;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.clipjava.Clip;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;

/** Times of encoding in Micrometer's registry, and how large the model is. */
@AutoConfiguration(
        before = ClipAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration")
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public class ClipMetricsAutoConfiguration {
    /** For Spring. */
    public ClipMetricsAutoConfiguration() {}

    /** What encodes, and measures it. */
    @Bean
    @ConditionalOnMissingBean
    public ClipEncoder clipEncoder(Clip clip, MeterRegistry registry) {
        return ClipEncoder.of(clip, new Times(registry));
    }

    /** The model's size. */
    @Bean
    public MeterBinder clipModelMetrics(Clip clip) {
        return registry -> Gauge.builder(
                        "clip.model.parameters", clip, it -> it.info().parameters())
                .description("Parameters of the model")
                .tag("model", clip.info().id().orElse("unknown"))
                .strongReference(true)
                .register(registry);
    }

    /** Timers by name, tower and outcome. */
    private record Times(MeterRegistry registry) implements ClipEncoder.Stopwatch {
        @Override
        public <T, X extends Exception> T time(String name, String tower, ClipEncoder.Work<T, X> work) throws X {
            Timer.Sample sample = Timer.start(registry);
            String outcome = "failure";
            try {
                T result = work.run();
                outcome = "success";
                return result;
            } finally {
                sample.stop(registry.timer(name, "tower", tower, "outcome", outcome));
            }
        }
    }
}
