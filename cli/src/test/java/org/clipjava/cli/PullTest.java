package org.clipjava.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.clipjava.cli.ClipJar.Run;
import org.clipjava.testdata.FakeHub;
import org.clipjava.testdata.FakeHub.Request;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.Test;

/** Pulling and what goes with it; {@code PullIT} starts processes. */
class PullTest extends PullContract {
    @Override
    Command in(Map<String, String> environment) {
        return args -> {
            Streams streams = new Streams("");
            int code = Main.run(args, streams.terminal(), environment);
            return new Run(code, streams.out(), streams.err());
        };
    }

    @Test
    void makesALibraryOfAPulledModel() throws Exception {
        Path jar = home.resolve("model.jar");
        String coordinates = "com.acme:clip-model-tiny:1.0";

        String said = clip(hub.endpoint())
                .run("pull", NAME, "--as-jar", coordinates, "-o", jar.toString())
                .expect(0)
                .err();

        assertTrue(said.contains("ClipModels.load(\"fake/clip\")"), said);
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            assertTrue(zip.getEntry("META-INF/clip-java/models/fake/clip.safetensors")
                            .getSize()
                    > 0);
        }
        clip(hub.endpoint())
                .run("pull", NAME, "--as-jar", "model.jar")
                .expect(2)
                .oneLineWith("GROUP:ARTIFACT:VERSION");
    }

    @Test
    void doesNotDownloadAgainWhatHasBecomeAModel() throws Exception {
        Command clip = clip(hub.endpoint());
        clip.run("pull", NAME).expect(0);
        try (Stream<Path> files = Files.walk(home.resolve("hf"))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
        clip.run("pull", NAME).expect(0).oneLineWith("is ready");
        clip.run("pull", "--offline", NAME).expect(0).oneLineWith("is ready");
        assertFalse(Files.exists(home.resolve("hf/hub")));
        assertTrue(clip.run("pull", "--force", NAME).expect(0).err().contains("downloaded model.safetensors"));
    }

    @Test
    void listsShowsAndRemovesModels() throws Exception {
        Command clip = clip(hub.endpoint());
        clip.run("models", "list").expect(0).oneLineWith("no models in " + home.resolve("clip/models"));
        clip.run("pull", NAME).expect(0);
        clip.run("pull", NAME, "--dtype", "q8").expect(0).oneLineWith("--model fake/clip:q8");

        List<String> table =
                clip.run("models", "list").expect(0).silent().out().lines().toList();
        assertEquals(2, table.size());
        assertTrue(table.getFirst().matches("fake/clip  f32  .* 0123456789ab  main"), table.toString());

        JsonObject listed =
                clip.run("models", "list", "--json").expect(0).silent().json().getAsJsonObject();
        assertEquals(
                List.of("fake/clip:f32", "fake/clip:q8"),
                listed.getAsJsonArray("models").asList().stream()
                        .map(model -> model.getAsJsonObject().get("name").getAsString())
                        .toList());

        String path = clip.run("models", "path", NAME + ":q8")
                .expect(0)
                .silent()
                .out()
                .strip();
        assertEquals(home.resolve("clip/models/fake--clip/" + FakeHub.COMMIT + "/q8.safetensors"), Path.of(path));
        JsonObject shown = clip.run("models", "show", "--json", NAME)
                .expect(0)
                .silent()
                .json()
                .getAsJsonObject();
        assertEquals("f32", shown.get("weight_type").getAsString(), "the widest unless one is named");
        assertTrue(shown.getAsJsonObject("checkpoint").get("bytes").getAsLong() > 1_000_000);
        assertTrue(clip.run("models", "show", NAME).expect(0).silent().out().contains("fake/clip:f32"));

        assertTrue(clip.run("models", "rm", NAME + ":q8").expect(0).err().contains("--downloads deletes it too"));
        assertFalse(Files.exists(Path.of(path)));
        clip.run("models", "path", NAME + ":q8").expect(3).oneLineWith("clip pull fake/clip --dtype q8");
        clip.run("models", "rm", "--downloads", NAME).expect(0);
        assertFalse(Files.exists(home.resolve("clip/models/fake--clip")));
        assertFalse(Files.exists(home.resolve("hf/hub/models--fake--clip")));
    }

    @Test
    void namesTheCureForAModelThatWasNotPulled() throws Exception {
        clip(hub.endpoint())
                .run("classify", "-m", "openai/clip-vit-base-patch32", "--labels", "a", PICTURE)
                .expect(3)
                .oneLineWith("no model of that name has been pulled; clip pull openai/clip-vit-base-patch32");
    }

    @Test
    void convertsAFolderOnce() throws Exception {
        Command clip = clip(hub.endpoint());
        assertEquals(
                converted, clip.run(classify(checkpoint.toString())).expect(0).out());
        clip.run(classify(checkpoint.toString())).expect(0).silent();
        Path changed = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(home.resolve("changed"));
        clip.run(classify(changed.toString())).expect(0).oneLineWith("converting it, once");
        Files.writeString(
                changed.resolve("config.json"),
                SyntheticCheckpoint.TINY.configJson().replace("quick_gelu", "gelu"));
        assertFalse(
                converted.equals(
                        clip.run(classify(changed.toString())).expect(0).out()),
                "converted again");
        clip.run("models", "list")
                .expect(0)
                .oneLineWith("made of folders that --model named, in " + home.resolve("clip/models/local"));
        clip.run(classify(home.toString())).expect(4).oneLineWith("a folder without a checkpoint's config.json");
    }

    @Test
    void deletesWhatWasMadeOfFolders() throws Exception {
        Command clip = clip(hub.endpoint());
        Path local = home.resolve("clip/models/local");
        Path own = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(home.resolve("own"));
        clip.run(classify(checkpoint.toString())).expect(0);
        clip.run(classify(own.toString())).expect(0);
        assertEquals(2, files(local).size());

        clip.run("models", "rm", own.toString()).expect(0).oneLineWith("deleted what was made of " + own + ": ");
        assertEquals(1, files(local).size());
        assertTrue(Files.exists(own.resolve("config.json")));
        clip.run("models", "rm", own.toString()).expect(3).oneLineWith(own + ": no model has been made of this folder");
        clip.run("models", "rm", "/nowhere/x").expect(3).oneLineWith("/nowhere/x: no model has been made");
        clip.run("models", "rm").expect(2).oneLineWith("expected the NAME of a model, or --of-folders");
        clip.run("models", "rm", "--of-folders", NAME).expect(2).oneLineWith("expected neither NAME nor --downloads");

        clip.run("models", "list").expect(0).oneLineWith("clip models rm --of-folders deletes them");
        clip.run("models", "rm", "--of-folders").expect(0).oneLineWith("deleted all models made of folders: ");
        assertFalse(Files.exists(local));
        clip.run("models", "rm", "--of-folders").expect(0).oneLineWith("folders: 0 bytes");
    }

    private static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        }
    }

    @Test
    void exitsWith7WhereTheHubFailsAnd3WhereThereIsNothing() throws Exception {
        clip(hub.endpoint()).run("pull", "fake/other").expect(3).oneLineWith("no such repository");
        clip(hub.endpoint()).run("pull", NAME + "@v9").expect(3).oneLineWith("no such revision");
        clip(hub.endpoint()).run("pull", "--offline", NAME).expect(3).oneLineWith("not in the cache");
        try (FakeHub gated = new FakeHub().fault((request, exchange) -> {
            FakeHub.refuse(exchange, 403, "GatedRepo");
            return true;
        })) {
            clip(gated.endpoint()).run("pull", NAME).expect(7).oneLineWith("set HF_TOKEN");
        }
        clip(URI.create("http://no-such-host.invalid"))
                .run("pull", NAME)
                .expect(7)
                .oneLineWith("no such host");
        clip(URI.create("nonsense")).run("pull", NAME).expect(2).oneLineWith("HF_ENDPOINT");
    }

    @Test
    void refusesACheckpointThatCantBeConverted() throws Exception {
        try (FakeHub broken = new FakeHub().folder(checkpoint).large("model.safetensors", new byte[200_000])) {
            String said = clip(broken.endpoint()).run("pull", NAME).expect(4).err();
            assertTrue(said.lines().toList().getLast().contains("model.safetensors"), said);
            assertFalse(Files.exists(home.resolve("clip/models/fake--clip/refs")));
        }
    }

    @Test
    void twoAtOnceMakeOneModel() throws Exception {
        try (FakeHub slow = new FakeHub().folder(checkpoint).pace(1 << 18, 10)) {
            Command clip = clip(slow.endpoint());
            FutureTask<Run> first = new FutureTask<>(() -> clip.run("pull", NAME));
            Thread.ofVirtual().start(first);
            clip.run("pull", NAME).expect(0);
            first.get().expect(0);
            assertEquals(1, slow.requests().stream().filter(Request::atCdn).count());
            assertEquals(converted, classified(clip, NAME));
        }
    }
}
