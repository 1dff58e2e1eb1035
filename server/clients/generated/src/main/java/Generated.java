import generated.ApiClient;
import generated.ApiException;
import generated.api.DefaultApi;
import generated.model.Classifications;
import generated.model.ClassifyRequest;
import generated.model.ClassifyRequestImage;
import generated.model.Embeddings;
import generated.model.EmbeddingsRequest;
import generated.model.EmbeddingsRequestInput;
import generated.model.EmbeddingsRequestInputOneOf;
import generated.model.Found;
import generated.model.HuggingFaceRequest;
import generated.model.HuggingFaceRequestInputs;
import generated.model.HuggingFaceRequestParameters;
import generated.model.LocateRequest;
import generated.model.Locations;
import generated.model.SearchRequest;
import generated.model.TeiRequest;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A client that was made of the server's openapi.json; ../run sets the environment. */
class Generated {
    private static final Pattern EMBEDDING = Pattern.compile("\"embedding\":\\[([^]]*)]");

    public static void main(String[] args) throws IOException, ApiException {
        ApiClient client = new ApiClient().setBasePath(System.getenv("ADDRESS"));
        client.setBearerToken(System.getenv("KEY"));
        DefaultApi api = new DefaultApi(client);
        String text = System.getenv("TEXT");
        String picture = base64(System.getenv("PICTURE"));
        float[] ofText = written(System.getenv("TEXT_VECTOR"));

        expect("pictogram", api.listModels().getData().get(0).getId());
        expect(
                api.getModel("pictogram").getFingerprint(),
                api.listModels().getData().get(0).getFingerprint());
        expect("ok", api.health().getStatus().getValue());
        expect("ready", api.ready().getStatus().getValue());
        expect("pong", api.immichPing());

        compare("a text", vector(api, new EmbeddingsRequestInput(text)), ofText);
        compare(
                "a picture",
                vector(api, new EmbeddingsRequestInput(new EmbeddingsRequestInputOneOf().image(picture))),
                written(System.getenv("IMAGE_VECTOR")));
        compare("TEI", api.teiEmbed(new TeiRequest().inputs(List.of(text))).get(0), ofText);

        Classifications classified = api.classify(new ClassifyRequest()
                .image(new ClassifyRequestImage(picture))
                .labels(List.of("fire", "goat", "church"))
                .topK(2));
        expect("goat", classified.getData().get(0).getLabel());
        expect(2, classified.getData().get(0).getScores().size());
        expect(
                "goat",
                api.huggingFaceClassifyBy(
                                "pictogram",
                                new HuggingFaceRequest()
                                        .inputs(new HuggingFaceRequestInputs(picture))
                                        .parameters(new HuggingFaceRequestParameters()
                                                .candidateLabels(List.of("fire", "goat"))))
                        .get(0)
                        .getLabel());
        Locations located = api.locate(
                new LocateRequest().image(base64(System.getenv("SCENE"))).labels(List.of("cactus", "violin")));
        expect(true, located.getData().get(0).getThere());
        expect(false, located.getData().get(1).getThere());

        String entries = "{\"clip\": {\"visual\": {\"modelName\": \"pictogram\"}}}";
        expect(
                true,
                api.immichPredict(entries, new File(System.getenv("PICTURE")), null)
                                .getImageWidth()
                        > 0);

        Found found = api.search(new SearchRequest().query("a cactus").limit(3));
        expect(true, !found.getData().isEmpty());
        String id = found.getData().get(0).getId();
        expect(found.getData().get(0).getName(), api.getPicture(id).getName());
        expect(true, api.getThumbnail(id).length() > 0);

        try {
            api.getModel("none");
            throw new AssertionError("expected no such model");
        } catch (ApiException e) {
            expect(404, e.getCode());
        }
        System.out.println(
                "a client generated from openapi.json: models, embeddings, classes, places, search and errors");
    }

    private static List<?> vector(DefaultApi api, EmbeddingsRequestInput input) throws ApiException {
        Embeddings answer = api.createEmbeddings(new EmbeddingsRequest().input(input));
        return (List<?>) answer.getData().get(0).getEmbedding();
    }

    private static String base64(String file) throws IOException {
        return Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(file)));
    }

    private static float[] written(String file) throws IOException {
        Matcher embedding = EMBEDDING.matcher(Files.readString(Path.of(file)));
        if (!embedding.find()) {
            throw new AssertionError(file + ": no embedding");
        }
        String[] numbers = embedding.group(1).split(",");
        float[] values = new float[numbers.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Float.parseFloat(numbers[i].strip());
        }
        return values;
    }

    private static void compare(String what, List<?> found, float[] expected) {
        expect(expected.length, found.size());
        for (int i = 0; i < expected.length; i++) {
            if (((Number) found.get(i)).floatValue() != expected[i]) {
                throw new AssertionError(
                        what + ": component " + i + ": expected " + expected[i] + ", found " + found.get(i));
            }
        }
        System.out.println("generated client, " + what + ": equal, bit for bit");
    }

    private static void expect(Object expected, Object found) {
        if (!expected.equals(found)) {
            throw new AssertionError("expected " + expected + ", found " + found);
        }
    }
}
