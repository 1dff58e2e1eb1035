import dev.langchain4j.data.message.ImageContent;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.request.EmbeddingRequest;
import dev.langchain4j.store.embedding.EmbeddingSearchRequest;
import dev.langchain4j.store.embedding.inmemory.InMemoryEmbeddingStore;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.clipjava.Clip;
import org.clipjava.ClipModels;
import org.clipjava.langchain4j.ClipEmbeddingModel;

/** Retrieves pictures by words from a store of LangChain4j: {@code PictureSearch FOLDER WORDS}. */
public class PictureSearch {
    public static void main(String[] args) throws Exception {
        try (Clip clip = ClipModels.load("pictogram")) {
            ClipEmbeddingModel model = ClipEmbeddingModel.of(clip);
            InMemoryEmbeddingStore<TextSegment> store = new InMemoryEmbeddingStore<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(Path.of(args[0]), "*.png")) {
                for (Path file : files) {
                    EmbeddingRequest request = EmbeddingRequest.builder()
                            .input(ImageContent.from(file, "image/png"))
                            .build();
                    store.add(
                            model.embed(request).embeddings().getFirst(),
                            TextSegment.from(file.getFileName().toString()));
                }
            }
            EmbeddingSearchRequest search = EmbeddingSearchRequest.builder()
                    .queryEmbedding(model.embed(args[1]).content())
                    .maxResults(3)
                    .build();
            store.search(search)
                    .matches()
                    .forEach(found -> System.out.printf(
                            "%.3f %s%n", found.score(), found.embedded().text()));
        }
    }
}
