package org.clipjava.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.clipjava.Clip;
import org.clipjava.image.ImageFormatException;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;
import org.springframework.ai.content.Media;
import org.springframework.ai.document.Document;
import org.springframework.ai.embedding.DocumentEmbeddingModel;
import org.springframework.ai.embedding.DocumentEmbeddingRequest;
import org.springframework.ai.embedding.EmbeddingModel;
import org.springframework.ai.embedding.EmbeddingResultMetadata.ModalityType;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.FileSystemResource;
import org.springframework.util.MimeTypeUtils;

class ClipAutoConfigurationTest {
    private final ApplicationContextRunner runner = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    ClipAutoConfiguration.class,
                    ClipMetricsAutoConfiguration.class,
                    ClipHealthAutoConfiguration.class,
                    org.clipjava.spring.ai.ClipSpringAiAutoConfiguration.class));

    @Test
    void opensTheModelOfTheClassPathAndClosesItInTheEnd() {
        Clip[] opened = new Clip[1];

        runner.run(context -> {
            opened[0] = context.getBean(Clip.class);
            assertThat(opened[0].encodeText("a cat").dimension()).isEqualTo(192);
        });

        assertThatThrownBy(() -> opened[0].encodeText("a cat")).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void opensAModelFile() {
        runner.withPropertyValues("clip.model=" + TestData.builtInModel(), "clip.threads=1", "clip.kernels=scalar")
                .run(context ->
                        assertThat(context.getBean(Clip.class).kernels()).contains("scalar"));
    }

    @Test
    void saysWhatToDoWhereThereIsNoModel() {
        runner.withPropertyValues("clip.model=photographs").run(context -> {
            assertThat(context.getStartupFailure()).rootCause().isInstanceOf(java.nio.file.NoSuchFileException.class);
            Throwable failure = context.getStartupFailure();
            while (!(failure instanceof ModelNotFoundException)) {
                failure = failure.getCause();
            }
            var analysis = new ModelNotFoundAnalyzer().analyze(failure);
            assertThat(analysis.getDescription())
                    .isEqualTo("clip.model: 'photographs' is no file, and no model on the class path, where there is"
                            + " [pictogram]");
            assertThat(analysis.getAction()).contains("clip pull");
        });
    }

    @Test
    void refusesFewerThanNoThreads() {
        runner.withPropertyValues("clip.threads=-1")
                .run(context -> assertThat(context.getStartupFailure())
                        .rootCause()
                        .hasMessage("clip.threads: expected 0 or more, found -1"));
    }

    @Test
    void leavesTheApplicationsOwnBeansAlone() throws IOException {
        try (Clip own = Clip.open(TestData.builtInModel())) {
            runner.withBean(Clip.class, () -> own)
                    .run(context -> assertThat(context.getBean(Clip.class)).isSameAs(own));
        }
    }

    @Test
    void isUpWhileTheModelEncodes() {
        runner.run(context -> {
            HealthIndicator indicator = context.getBean("clipHealthIndicator", HealthIndicator.class);
            Health health = indicator.health();
            assertThat(health.getStatus()).isEqualTo(Status.UP);
            assertThat(health.getDetails()).containsKeys("model", "backend", "kernels");

            context.getBean(Clip.class).close();

            assertThat(indicator.health().getStatus()).isEqualTo(Status.DOWN);
        });
    }

    @Test
    void measuresWhatIsEncoded() {
        runner.withBean(MeterRegistry.class, SimpleMeterRegistry::new).run(context -> {
            ClipEncoder encoder = context.getBean(ClipEncoder.class);
            encoder.texts(List.of("a cat", "a dog"));
            assertThatThrownBy(() -> encoder.decode(new byte[10], "upload")).isInstanceOf(ImageFormatException.class);

            MeterRegistry registry = context.getBean(MeterRegistry.class);
            assertThat(registry.timer("clip.encode", "tower", "text", "outcome", "success")
                            .count())
                    .isEqualTo(1);
            assertThat(registry.timer("clip.decode", "tower", "image", "outcome", "failure")
                            .count())
                    .isEqualTo(1);
        });
    }

    @Test
    void worksWithoutSpringAiMetricsAndHealth() {
        runner.withClassLoader(
                        new FilteredClassLoader(EmbeddingModel.class, MeterRegistry.class, HealthIndicator.class))
                .run(context -> {
                    assertThat(context).hasSingleBean(ClipEncoder.class);
                    assertThat(context).doesNotHaveBean("clipEmbeddingModel");
                    assertThat(context).doesNotHaveBean("clipHealthIndicator");
                });
    }

    @Test
    void findsPicturesByWords() {
        runner.run(context -> {
            EmbeddingModel model = context.getBean(EmbeddingModel.class);
            float[] words = model.embed("a photo of a snail");

            double snail = dot(words, model.embed(picture("snail.png")));

            for (String other : List.of("goat.jpg", "banana.jpg")) {
                assertThat(snail).isGreaterThan(dot(words, model.embed(picture(other))) + 0.1);
            }
        });
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    @Test
    void embedsDocumentsOfTextsAndPictures() {
        runner.run(context -> {
            var response = context.getBean(DocumentEmbeddingModel.class)
                    .call(new DocumentEmbeddingRequest(List.of(picture("snail.png"), new Document("a snail"))));

            Clip clip = context.getBean(Clip.class);
            assertThat(response.getResults().get(0).getOutput())
                    .isEqualTo(clip.encodeImage(file("snail.png")).normalized().toArray());
            assertThat(response.getResults().get(0).getMetadata().getModalityType())
                    .isEqualTo(ModalityType.IMAGE);
            assertThat(response.getResults().get(1).getOutput())
                    .isEqualTo(clip.encodeText("a snail").normalized().toArray());
            assertThat(response.getResults().get(1).getMetadata().getModalityType())
                    .isEqualTo(ModalityType.TEXT);
        });
    }

    @Test
    void doesNotFetchAddressesOfPictures() {
        runner.run(context -> {
            Media media = new Media(MimeTypeUtils.IMAGE_PNG, java.net.URI.create("http://localhost/snail.png"));
            EmbeddingModel model = context.getBean(EmbeddingModel.class);

            assertThatThrownBy(() -> model.embed(new Document(media, Map.of())))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not fetched");
        });
    }

    @Test
    void keepsTheModelInAnImageThatIsCompiledAheadOfTime() {
        RuntimeHints hints = new RuntimeHints();

        new ClipRuntimeHints().registerHints(hints, getClass().getClassLoader());

        assertThat(RuntimeHintsPredicates.resource().forResource("META-INF/clip-java/models/pictogram.safetensors"))
                .accepts(hints);
        assertThat(RuntimeHintsPredicates.reflection().onType(org.clipjava.pictogram.PictogramModel.class))
                .accepts(hints);
    }

    private static Document picture(String name) {
        String type = name.endsWith("png") ? "image/png" : "image/jpeg";
        Media media = new Media(MimeTypeUtils.parseMimeType(type), new FileSystemResource(file(name)));
        return new Document(media, Map.of("file", name));
    }

    private static Path file(String name) {
        Path file = TestData.committed().path("pictograms/" + name);
        assertThat(Files.exists(file)).isTrue();
        return file;
    }
}
