package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.clipjava.cli.ClipJar.Run;
import org.clipjava.testdata.FakeHub;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** From a hub to a label, however a command is run. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class PullContract {
    static final String PICTURE =
            TestData.committed().path("images/coffee_small_150x100.png").toString();
    static final String NAME = FakeHub.repo();

    @TempDir
    Path home;

    Path checkpoint;
    FakeHub hub;

    /** What the converter's own file gives. */
    String converted;

    /** The command line in an environment. */
    interface Command {
        Run run(String... args) throws IOException, InterruptedException;
    }

    abstract Command in(Map<String, String> environment);

    @BeforeAll
    void startsAHub(@TempDir Path folder) throws Exception {
        checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("tiny"));
        hub = new FakeHub().folder(checkpoint);
        String model = folder.resolve("converted.safetensors").toString();
        Command plain = in(Map.of());
        plain.run("convert", checkpoint.toString(), "-o", model).expect(0);
        converted = classified(plain, model);
    }

    @AfterAll
    void stopsTheHub() {
        hub.close();
    }

    @Test
    void pullsAModelThatThenWorksWithoutTheNetwork() throws Exception {
        Command online = clip(hub.endpoint());
        String said = online.run("pull", NAME).expect(0).err();
        assertTrue(said.contains("clip: downloaded model.safetensors: "), said);
        assertTrue(
                said.lines().toList().getLast().matches("clip: fake/clip is ready: f32, .* commit 0123456789ab; .*"),
                said);

        Command offline = clip(URI.create("http://127.0.0.1:1"));
        offline.run("pull", "--offline", NAME).expect(0).oneLineWith("is ready");
        assertEquals(converted, classified(offline, NAME));
        assertEquals(converted, classified(offline, NAME + "@" + FakeHub.COMMIT));

        JsonObject metadata = offline.run("inspect", "--json", NAME)
                .expect(0)
                .silent()
                .json()
                .getAsJsonObject()
                .getAsJsonObject("metadata");
        assertEquals(NAME, metadata.get("clip.model_id").getAsString());
        assertEquals(FakeHub.COMMIT, metadata.get("clip.revision").getAsString());
    }

    static String classified(Command clip, String model) throws Exception {
        return clip.run(classify(model)).expect(0).silent().out();
    }

    static String[] classify(String model) {
        return new String[] {"classify", "-m", model, "--labels", "cat,dog", "--format", "json", PICTURE};
    }

    final Command clip(URI endpoint) {
        return in(Map.of(
                "HF_ENDPOINT", endpoint.toString(),
                "HF_HOME", home.resolve("hf").toString(),
                "CLIP_HOME", home.resolve("clip").toString()));
    }
}
