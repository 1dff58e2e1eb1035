package org.clipjava.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URI;
import java.util.List;
import org.clipjava.Clip;
import org.clipjava.bench.OnnxServer.Way;
import org.clipjava.image.ImageDecoder;
import org.clipjava.testdata.TestData;
import org.junit.jupiter.api.Test;

/** The peer behind HTTP. */
class OnnxServerTest {
    /** The graph gives the mean of each colour. */
    @Test
    void answersWithTheGraphsOutputOfThePreprocessedPicture() throws Exception {
        byte[] picture = TestData.committed().bytes("images/coffee_225x224.png");
        float[] values;
        try (Clip clip = Clip.open(TestData.builtInModel())) {
            values = clip.preprocessor()
                    .preprocess(ImageDecoder.standard().decode(picture, "picture"))
                    .values();
        }
        float[] means = new float[3];
        int pixels = values.length / 3;
        for (int i = 0; i < 3; i++) {
            double sum = 0;
            for (int j = 0; j < pixels; j++) {
                sum += values[i * pixels + j];
            }
            means[i] = (float) (sum / pixels);
        }
        double length = Math.sqrt(means[0] * means[0] + means[1] * means[1] + means[2] * means[2]);
        for (int i = 0; i < 3; i++) {
            means[i] /= (float) length;
        }
        for (Way way : Way.candidates(2)) {
            try (OnnxServer server = OnnxServer.start(
                            TestData.builtInModel(), TestData.committed().path("onnx/channel_means.onnx"), 2, way);
                    PictureLoad load = new PictureLoad(
                            URI.create(server.address() + "/v1/embeddings"), "none", List.of(picture))) {
                assertArrayEquals(means, load.embeddings()[0], 1e-5f, way.toString());
            }
        }
    }

    @Test
    void waysSayWhatTheyAre() {
        List<String> ways = Way.candidates(2).stream().map(Way::toString).toList();

        assertEquals("1 picture at a time, 2 threads each, spinning", ways.get(0));
        assertTrue(ways.contains("2 pictures at a time, 1 thread each"), ways.toString());
    }
}
