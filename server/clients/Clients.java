import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.errors.NotFoundException;
import com.openai.models.embeddings.CreateEmbeddingResponse;
import com.openai.models.embeddings.EmbeddingCreateParams;
import dev.langchain4j.model.jina.JinaEmbeddingModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** openai-java, and LangChain4j's clients of OpenAI and Jina; ./run sets the environment. */
class Clients {
    private static final Pattern EMBEDDING = Pattern.compile("\"embedding\":\\[([^]]*)]");

    public static void main(String[] args) throws IOException {
        String address = System.getenv("ADDRESS") + "/v1";
        String key = System.getenv("KEY");
        String text = System.getenv("TEXT");
        float[] expected = written(Path.of(System.getenv("TEXT_VECTOR")));

        OpenAIClient openAi =
                OpenAIOkHttpClient.builder().baseUrl(address).apiKey(key).build();
        CreateEmbeddingResponse answer = openAi.embeddings()
                .create(EmbeddingCreateParams.builder()
                        .model("pictogram")
                        .inputOfArrayOfStrings(List.of(text, "a cat"))
                        .build());
        compare("openai-java", answer.data().get(0).embedding(), expected);
        try {
            openAi.embeddings()
                    .create(EmbeddingCreateParams.builder()
                            .model("none")
                            .input(text)
                            .build());
            throw new AssertionError("openai-java: expected no such model");
        } catch (NotFoundException e) {
            System.out.println("openai-java: " + e.getMessage());
        }
        openAi.close();

        OpenAiEmbeddingModel langChain = OpenAiEmbeddingModel.builder()
                .baseUrl(address)
                .apiKey(key)
                .modelName("pictogram")
                .build();
        compare("LangChain4j, OpenAI", langChain.embed(text).content().vectorAsList(), expected);

        JinaEmbeddingModel jina = JinaEmbeddingModel.builder()
                .baseUrl(System.getenv("ADDRESS") + "/")
                .apiKey(key)
                .modelName("pictogram")
                .build();
        compare("LangChain4j, Jina", jina.embed(text).content().vectorAsList(), expected);
    }

    private static float[] written(Path file) throws IOException {
        Matcher embedding = EMBEDDING.matcher(Files.readString(file));
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

    private static void compare(String client, List<Float> found, float[] expected) {
        if (found.size() != expected.length) {
            throw new AssertionError(client + ": expected " + expected.length + " components, found " + found.size());
        }
        for (int i = 0; i < expected.length; i++) {
            if (found.get(i) != expected[i]) {
                throw new AssertionError(
                        client + ": component " + i + ": expected " + expected[i] + ", found " + found.get(i));
            }
        }
        System.out.println(client + ": equal, bit for bit");
    }
}
