import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.apache.spark.sql.SparkSession;
import org.clipjava.ClipModels;

/** Labels pictures in SQL, on Spark in this process: {@code PictureLabels PICTURES}, as {@code photos/*.png}. */
public class PictureLabels {
    public static void main(String[] args) throws Exception {
        // Executors open the model by its path, so it has to be a file.
        Path model = Files.createTempFile("pictogram", ".safetensors");
        try (InputStream bytes = ClipModels.find("pictogram").orElseThrow().openStream()) {
            Files.copy(bytes, model, StandardCopyOption.REPLACE_EXISTING);
        }
        try (SparkSession spark = SparkSession.builder()
                .master("local[*]")
                .config("spark.ui.enabled", false)
                .config("spark.log.level", "ERROR")
                .config("spark.sql.extensions", "org.clipjava.spark.ClipExtensions")
                .config("spark.clip.model", model.toString())
                .getOrCreate()) {
            spark.read().format("binaryFile").load(args[0]).createOrReplaceTempView("pictures");
            spark.sql("SELECT clip_classify(content, array('cat', 'dog', 'snail'), 1)[0].label FROM pictures")
                    .collectAsList()
                    .forEach(row -> System.out.println(row.getString(0)));
        } finally {
            Files.delete(model);
        }
    }
}
