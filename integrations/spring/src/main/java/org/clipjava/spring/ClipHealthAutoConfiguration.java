package org.clipjava.spring;

import org.clipjava.Clip;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The model as {@code clip} among the application's health: up if it encodes a word. */
@AutoConfiguration(after = ClipAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public class ClipHealthAutoConfiguration {
    /** For Spring. */
    public ClipHealthAutoConfiguration() {}

    /** Encodes a word for each time it is asked, which takes milliseconds. */
    @Bean
    @ConditionalOnMissingBean(name = "clipHealthIndicator")
    @ConditionalOnEnabledHealthIndicator("clip")
    public HealthIndicator clipHealthIndicator(Clip clip) {
        return new Indicator(clip);
    }

    /** What is asked. */
    private static final class Indicator extends AbstractHealthIndicator {
        private final Clip clip;

        private Indicator(Clip clip) {
            super("the model does not encode");
            this.clip = clip;
        }

        @Override
        protected void doHealthCheck(Health.Builder builder) {
            double length = clip.encodeText("ok").norm();
            builder.status(length > 0 ? "UP" : "DOWN")
                    .withDetail("model", clip.info().id().orElse("unknown"))
                    .withDetail("backend", clip.backend())
                    .withDetail("kernels", clip.kernels());
        }
    }
}
