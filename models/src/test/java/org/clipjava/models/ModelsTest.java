package org.clipjava.models;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import java.util.stream.Stream;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.config.WeightType;
import org.clipjava.convert.CheckpointConverter;
import org.clipjava.convert.ConversionListener;
import org.clipjava.hub.HubException;
import org.clipjava.hub.HubSettings;
import org.clipjava.hub.RepoFile;
import org.clipjava.hub.UserEnvironment;
import org.clipjava.models.UnresolvedModelException.Kind;
import org.clipjava.testdata.FakeHub;
import org.clipjava.testdata.NamedTensor;
import org.clipjava.testdata.SyntheticCheckpoint;
import org.clipjava.testdata.SyntheticFolder;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelsTest {
    private static final String NAME = FakeHub.repo();

    @TempDir
    private static Path checkpoints;

    private static Path checkpoint;
    private static Path model;
    private static FakeHub hub;

    @TempDir
    private Path home;

    @BeforeAll
    static void startsAHub() throws IOException {
        checkpoint = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(checkpoints.resolve("tiny"));
        hub = new FakeHub().folder(checkpoint);
        model = checkpoints.resolve("tiny.safetensors");
        CheckpointConverter.convert(checkpoint, model, WeightType.F32, ConversionListener.SILENT);
    }

    @AfterAll
    static void stopsTheHub() {
        hub.close();
    }

    /** Writes down what it hears, each kind of thing once in a row. */
    private static final class Heard implements ModelListener {
        private final List<String> events = new ArrayList<>();
        private long done;
        private long total;

        private void add(String event) {
            if (events.isEmpty() || !events.getLast().equals(event)) {
                events.add(event);
            }
        }

        @Override
        public void finished(RepoFile file) {
            add("downloaded");
        }

        @Override
        public void newFolder(Path folder, Path modelFile) {
            add("new folder " + folder.getFileName());
        }

        @Override
        public void converting(long doneBytes, long totalBytes) {
            assertTrue(doneBytes >= done, doneBytes + " after " + done);
            done = doneBytes;
            total = totalBytes;
            add("converting");
        }

        @Override
        public void note(String note) {
            add("note: " + note);
        }

        @Override
        public void converted() {
            add("converted");
        }
    }

    private Models models() {
        return Models.in(home.resolve("models"));
    }

    private HubSettings settings(URI endpoint) {
        return HubSettings.of(UserEnvironment.of(
                Map.of(
                        "HF_ENDPOINT",
                        endpoint.toString(),
                        "HF_HOME",
                        home.resolve("hf").toString()),
                home.toString(),
                "Linux"));
    }

    private HubSettings online() {
        return settings(hub.endpoint());
    }

    private HubSettings offline() {
        return settings(URI.create("http://127.0.0.1:1")).withoutNetwork();
    }

    private static ModelName name(String text) {
        return ModelName.parse(text);
    }

    private static UnresolvedModelException refused(Models models, String name, Kind kind) {
        UnresolvedModelException e = assertThrows(UnresolvedModelException.class, () -> models.resolve(name));
        assertEquals(kind, e.kind(), e.getMessage());
        return e;
    }

    @Test
    void aFileNeedsNoHome() throws IOException {
        Models homeless = Models.of(UserEnvironment.of(Map.of(), "?", "Linux"));
        assertEquals(model, homeless.resolve(model.toString()));
        String expected = "expected a home folder, found none for this user; set CLIP_HOME to a folder, or HOME";
        assertEquals(
                NAME + ": " + expected, refused(homeless, NAME, Kind.NO_STORE).getMessage());
        assertEquals(
                expected,
                assertThrows(IllegalArgumentException.class, homeless::store).getMessage());
    }

    @Test
    void isWhereTheUserKeepsModels() {
        Map<String, String> variables = Map.of("CLIP_HOME", "~/clip", "HOME", "/home/someone");
        assertEquals(
                Path.of("/home/someone/clip/models"),
                Models.of(UserEnvironment.of(variables, "?", "Linux")).store().root());
        assertEquals(
                Path.of("/home/java/.cache/clip-java/models"),
                Models.of(UserEnvironment.of(Map.of(), "/home/java", "Linux"))
                        .store()
                        .root());
    }

    @Test
    void aFileIsItself() throws IOException {
        assertEquals(model, models().resolve(model.toString()));
        assertFalse(Files.exists(home.resolve("models")), "nothing is made for it");
    }

    @Test
    void saysThatThereIsNoSuchFile() {
        String missing = home.resolve("nothing.safetensors").toString();
        assertEquals(
                missing + ": no such model file",
                refused(models(), missing, Kind.NOT_FOUND).getMessage());
        assertEquals("\0: not a path", refused(models(), "\0", Kind.NOT_FOUND).getMessage());
    }

    @Test
    void saysThatAModelHasNotBeenPulled() {
        UnresolvedModelException e = refused(models(), "fake/clip@v1:q8", Kind.NOT_PULLED);
        assertEquals("fake/clip@v1:q8", e.subject());
        assertEquals("fake/clip@v1:q8: no such file, and no model of that name has been pulled", e.getMessage());
    }

    @Test
    void refusesAFolderThatIsNoCheckpoint() {
        UnresolvedModelException e = refused(models(), home.toString(), Kind.NOT_A_CHECKPOINT);
        assertEquals(home.toString(), e.subject());
        assertTrue(e.getMessage().contains("is a folder without a checkpoint's config.json"), e.getMessage());
    }

    @Test
    void noticesWhatHasChangedInTheFoldersOfSentenceTransformers() throws IOException {
        Path folder = Files.createDirectories(home.resolve("sentence"));
        Path inner = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(folder.resolve("0_CLIPModel"));
        Files.writeString(folder.resolve("modules.json"), """
                [{"idx": 0, "path": "0_CLIPModel", "type": "sentence_transformers.models.CLIPModel"}]
                """);
        Path made = models().resolve(folder.toString());
        assertEquals(made, models().resolve(folder.toString()));
        Files.setLastModifiedTime(inner.resolve("config.json"), FileTime.fromMillis(1));
        assertNotEquals(made, models().resolve(folder.toString()));
    }

    @Test
    void tellsWhatTheConversionLeftOut() throws IOException {
        Path folder = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(home.resolve("wrapped"));
        SyntheticFolder.writeSafetensors(
                folder.resolve("model.safetensors"),
                NamedTensor.all(SyntheticCheckpoint.TINY).stream()
                        .map(tensor -> new NamedTensor(
                                "module." + tensor.name(), tensor.dtype(), tensor.shape(), tensor.data()))
                        .toList());
        Heard heard = new Heard();
        models().withListener(heard).resolve(folder.toString());
        assertEquals(4, heard.events.size(), heard.events.toString());
        assertTrue(
                heard.events.get(2).endsWith("all names begin with \"module.\", which was left out"),
                heard.events.get(2));
    }

    @Test
    void convertsAFolderOnceAndAgainWhenItHasChanged() throws IOException {
        Path folder = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(home.resolve("own"));
        Heard heard = new Heard();
        Models models = models().withListener(heard);

        Path first = models.resolve(folder.toString());
        assertEquals(List.of("new folder own", "converting", "converted"), heard.events);
        assertEquals(heard.total, heard.done);
        assertTrue(Files.mismatch(model, first) == -1, "what the converter makes");

        heard.events.clear();
        assertEquals(first, models.resolve(folder.toString()));
        assertEquals(List.of(), heard.events);

        Files.writeString(
                folder.resolve("config.json"),
                SyntheticCheckpoint.TINY.configJson().replace("quick_gelu", "gelu"));
        heard.done = 0;
        Path second = models.resolve(folder.toString());
        assertNotEquals(first, second);
        assertFalse(Files.exists(first), "of what the folder was before");
        assertEquals(Files.size(second), models.store().localBytes());
        assertEquals(List.of(), models.store().list(), "it has no name");
    }

    @Test
    void deletesWhatWasMadeOfAFolderThatIsGone() throws IOException {
        Path folder = SyntheticFolder.of(SyntheticCheckpoint.TINY)
                .write(home.toRealPath().resolve("moved"));
        ModelStore store = models().store();
        Path made = models().resolve(folder.toString());
        long bytes = Files.size(made);
        Files.move(folder, home.resolve("elsewhere"));

        assertEquals(0, store.removeOfFolder(home.resolve("elsewhere")));
        assertTrue(Files.exists(made));
        assertEquals(bytes, store.removeOfFolder(folder));
        assertFalse(Files.exists(made));

        models().resolve(home.resolve("elsewhere").toString());
        assertEquals(bytes, store.removeLocal());
        assertEquals(0, store.localBytes());
    }

    @Test
    void saysWhichCheckpointIsBrokenOrLeavesSomethingOpen() throws IOException {
        Path broken = SyntheticFolder.of(SyntheticCheckpoint.TINY).write(home.resolve("broken"));
        Files.write(broken.resolve("model.safetensors"), new byte[100]);
        Heard heard = new Heard();
        UnresolvedModelException e = refused(models().withListener(heard), broken.toString(), Kind.BAD_CHECKPOINT);
        assertEquals(broken.toRealPath().toString(), e.subject());
        assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
        assertEquals(List.of("new folder broken", "converted"), heard.events);

        Files.delete(broken.resolve("model.safetensors"));
        e = refused(models(), broken.toString(), Kind.BAD_CHECKPOINT);
        assertTrue(e.getMessage().contains("model.safetensors"), e.getMessage());
        assertEquals(0, models().store().localBytes(), "nothing half is left");
    }

    @Test
    void pullsAModelThatIsThenThereWithoutTheNetwork() throws IOException {
        Heard heard = new Heard();
        StoredModel pulled = models().withListener(heard).pull(name(NAME), online(), false);
        assertEquals(List.of("downloaded", "converting", "converted"), heard.events);
        assertEquals(FakeHub.COMMIT, pulled.commit());
        assertEquals(WeightType.F32, pulled.type());
        assertEquals(Files.size(pulled.file()), pulled.bytes());
        assertEquals(List.of("main"), pulled.revisions());

        heard.events.clear();
        assertEquals(pulled, models().withListener(heard).pull(name(NAME), offline(), false));
        assertEquals(List.of(), heard.events);
        assertEquals(pulled.file(), models().resolve(NAME));
        assertEquals(pulled.file(), models().resolve(NAME + "@" + FakeHub.COMMIT));
        assertEquals(pulled.file(), models().resolve(pulled.name()));
        try (Clip clip = models().open(NAME, ClipOptions.defaults())) {
            assertEquals(NAME, clip.info().metadata().get("clip.model_id"));
        }
    }

    @Test
    void pullsWhenItIsAskedForWhereThatIsAllowed() throws IOException {
        Path file = models().withDownloads(online()).resolve(NAME + ":q8");
        assertEquals("q8.safetensors", file.getFileName().toString());
        assertEquals(file, models().resolve(NAME), "the only one there is");
        assertEquals(WeightType.Q8, ModelHeader.read(file).info().weightType());
        HubException e = assertThrows(
                HubException.class, () -> models().withDownloads(online()).resolve("fake/other"));
        assertEquals(HubException.Kind.NOT_FOUND, e.kind());
    }

    @Test
    void takesTheWidestUnlessATypeIsNamed() throws IOException {
        StoredModel narrow = models().pull(name(NAME + ":q8"), online(), false);
        StoredModel wide = models().pull(name(NAME), online(), false);
        ModelStore store = models().store();
        assertEquals(List.of(wide, narrow), store.list());
        assertEquals(Optional.of(wide), store.find(name(NAME)));
        assertEquals(Optional.of(narrow), store.find(name(NAME + ":q8")));
        assertEquals(Optional.empty(), store.find(name(NAME + ":f16")));
        assertEquals(Optional.empty(), store.find(name(NAME + "@v1")));
    }

    @Test
    void removesAModelAndWhatIsThenOfNoUse() throws IOException {
        StoredModel narrow = models().pull(name(NAME + ":q8"), online(), false);
        StoredModel wide = models().pull(name(NAME), online(), false);
        ModelStore store = models().store();
        store.remove(wide);
        assertEquals(List.of(narrow), store.list());
        store.remove(narrow);
        assertEquals(List.of(), store.list());
        assertFalse(Files.exists(store.root().resolve("fake--clip")));

        DownloadedCheckpoint downloaded = DownloadedCheckpoint.of(wide.repo(), online());
        assertTrue(downloaded.bytes() > 1_000_000, downloaded.toString());
        downloaded.delete();
        assertFalse(Files.exists(downloaded.folder()));
        assertEquals(0, DownloadedCheckpoint.of(wide.repo(), online()).bytes());
    }

    @Test
    void keepsNoNameForACheckpointThatCantBeConverted() throws IOException {
        try (FakeHub broken = new FakeHub().folder(checkpoint).large("model.safetensors", new byte[200_000])) {
            UnresolvedModelException e = assertThrows(
                    UnresolvedModelException.class,
                    () -> models().pull(name(NAME), settings(broken.endpoint()), false));
            assertEquals(Kind.BAD_CHECKPOINT, e.kind());
            assertFalse(Files.exists(home.resolve("models/fake--clip/refs")));
        }
    }

    @Test
    void twoAtOnceMakeOneModel() throws Exception {
        List<FutureTask<Path>> tasks = new ArrayList<>();
        List<Heard> listeners = Stream.generate(Heard::new).limit(4).toList();
        for (Heard heard : listeners) {
            FutureTask<Path> task =
                    new FutureTask<>(() -> models().withListener(heard).resolve(checkpoint.toString()));
            tasks.add(task);
            Thread.ofPlatform().start(task);
        }
        for (FutureTask<Path> task : tasks) {
            assertEquals(tasks.getFirst().get(), task.get());
        }
        assertEquals(
                1,
                listeners.stream()
                        .filter(heard -> heard.events.contains("converting"))
                        .count());
    }

    @Test
    void deletesWhatAKilledConversionHasLeft() throws IOException {
        StoredModel pulled = models().pull(name(NAME), online(), false);
        Path left = Files.writeString(pulled.file().resolveSibling(".q8.safetensors.1.tmp"), "half");
        models().pull(name(NAME + ":q8"), online(), false);
        assertFalse(Files.exists(left));
        assertTrue(Files.exists(pulled.file()));
    }

    @Test
    void hasAModelThatTheProgramCarriesIfItDoes() throws IOException {
        assertEquals(Optional.empty(), models().builtIn());
        BuiltInModel builtIn =
                models().withBuiltIn(model.toUri().toURL()).builtIn().orElseThrow();
        ModelHeader header = builtIn.header();
        assertEquals(Files.size(model), header.bytes());
        assertEquals(ModelHeader.read(model).info().metadata(), header.info().metadata());
        try (Clip ofFile = Clip.open(model);
                Clip clip = builtIn.open(ClipOptions.defaults())) {
            assertEquals(ofFile.encodeText("a"), clip.encodeText("a"));
        }
    }

    @Test
    void readsWhatAModelFileSaysOfItself() throws IOException {
        ModelHeader header = ModelHeader.read(model);
        assertEquals(40, header.info().config().embedDim());
        assertEquals(WeightType.F32, header.info().weightType());
        assertTrue(header.tensors().size() > 50);
    }
}
