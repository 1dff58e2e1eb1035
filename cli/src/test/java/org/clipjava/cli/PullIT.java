package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clipjava.testdata.FakeHub;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a hub to a label, through {@code java -jar clip.jar}. */
@Tag("thorough")
class PullIT {
    private static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();
    private static final String NAME = FakeHub.repo();

    @TempDir
    static Path checkpoints;

    private static Path checkpoint;
    private static FakeHub hub;

    @TempDir
    private Path home;

    @BeforeAll
    static void startsAHub() {
        checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(checkpoints.resolve("tiny"));
        hub = new FakeHub().folder(checkpoint);
    }

    @AfterAll
    static void stopsTheHub() {
        hub.close();
    }

    @Test
    void pullsAModelThatThenWorksWithoutTheNetwork() throws Exception {
        ClipJar online = clip(hub.endpoint());
        String said = online.run("pull", NAME).expect(0).err();
        assertTrue(said.contains("clip: downloaded model.safetensors: "), said);
        assertTrue(
                said.lines().toList().getLast().matches("clip: fake/clip is ready: f32, .* commit 0123456789ab; .*"),
                said);

        ClipJar offline = clip(URI.create("http://127.0.0.1:1"));
        offline.run("pull", "--offline", NAME).expect(0).oneLineWith("is ready");
        assertEquals(converted(), classified(offline, NAME));

        JsonObject metadata = offline.run("inspect", "--json", NAME)
                .expect(0)
                .silent()
                .json()
                .getAsJsonObject()
                .getAsJsonObject("metadata");
        assertEquals(NAME, metadata.get("clip.model_id").getAsString());
        assertEquals(FakeHub.COMMIT, metadata.get("clip.revision").getAsString());
    }

    /** What the converter's own file gives. */
    private String converted() throws Exception {
        Path model = home.resolve("converted.safetensors");
        ClipJar clip = clip(hub.endpoint());
        if (!Files.exists(model)) {
            clip.run("convert", checkpoint.toString(), "-o", model.toString()).expect(0);
        }
        return classified(clip, model.toString());
    }

    private static String classified(ClipJar clip, String model) throws Exception {
        return clip.run(classify(model)).expect(0).silent().out();
    }

    private static String[] classify(String model) {
        return new String[] {"classify", "-m", model, "--labels", "cat,dog", "--format", "json", PICTURE};
    }

    private ClipJar clip(URI endpoint) {
        return ClipJar.underThisJava()
                .with("HF_ENDPOINT", endpoint.toString())
                .with("HF_HOME", home.resolve("hf").toString())
                .with("CLIP_HOME", home.resolve("clip").toString());
    }
}
