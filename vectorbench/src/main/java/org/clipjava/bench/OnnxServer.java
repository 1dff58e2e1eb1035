package org.clipjava.bench;

import ai.onnxruntime.OrtException;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.clipjava.Clip;
import org.clipjava.ClipOptions;
import org.clipjava.image.EncodedImage;
import org.clipjava.image.ImageDecoder;
import org.clipjava.image.ImagePreprocessor;
import org.clipjava.image.PixelTensor;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.VirtualThreads;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The peer behind HTTP, as short as it can be: {@code POST /v1/embeddings} of pictures as Jina has them, answered in base64. Jetty, its
 * threads, the decoder and the preprocessing are those of {@code clip serve}; ONNX Runtime encodes in the engine's place. It has no limits,
 * no keys, no queue that refuses and no metrics.
 */
final class OnnxServer implements AutoCloseable {
    private final Server jetty;
    private final ServerConnector connector;
    private final OnnxModel model;
    private final ImagePreprocessor preprocessor;
    private final ExecutorService decoders;
    private final ExecutorService encoders;

    /**
     * How ONNX Runtime is used.
     *
     * @param encoders pictures that are encoded at once
     * @param threads of each
     * @param spins whether its threads wait busily
     */
    record Way(int encoders, int threads, boolean spins) {
        /** Those that may be the fastest with so many processors. */
        static List<Way> candidates(int processors) {
            return List.of(new Way(1, processors, true), new Way(1, processors, false), new Way(processors, 1, false));
        }

        @Override
        public String toString() {
            return encoders + (encoders == 1 ? " picture" : " pictures") + " at a time, " + threads
                    + (threads == 1 ? " thread each" : " threads each") + (spins ? ", spinning" : "");
        }
    }

    private OnnxServer(OnnxModel model, ImagePreprocessor preprocessor, int processors, Way way) {
        this.model = model;
        this.preprocessor = preprocessor;
        this.decoders = Executors.newFixedThreadPool(processors);
        this.encoders = Executors.newFixedThreadPool(way.encoders());
        QueuedThreadPool threads = new QueuedThreadPool(Math.max(8, 2 * processors), 4);
        threads.setVirtualThreadsExecutor(VirtualThreads.getNamedVirtualThreadsExecutor("onnx-server-request-"));
        this.jetty = new Server(threads);
        this.connector = new ServerConnector(jetty, 1, 1);
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        jetty.setHandler(new Embeddings());
    }

    /**
     * Listens on a free port of this machine.
     *
     * @param clip our model file, which says how pictures are preprocessed; its weights are not loaded
     * @param graph {@code vision.onnx}
     */
    static OnnxServer start(Path clip, Path graph, int processors, Way way) throws IOException, OrtException {
        ImagePreprocessor preprocessor;
        try (Clip opened = Clip.open(clip, ClipOptions.defaults().withTowers(Set.of()))) {
            preprocessor = opened.preprocessor();
        }
        OnnxServer server =
                new OnnxServer(OnnxModel.open(graph, way.threads(), way.spins()), preprocessor, processors, way);
        try {
            server.jetty.start();
            return server;
        } catch (Exception e) {
            server.close();
            throw new IOException("can't listen: " + e.getMessage(), e);
        }
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + connector.getLocalPort());
    }

    private final class Embeddings extends Handler.Abstract {
        @Override
        public boolean handle(Request request, Response response, Callback callback) throws Exception {
            JsonArray data = new JsonArray();
            try (InputStream in = Content.Source.asInputStream(request)) {
                String body = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                for (JsonElement input :
                        JsonParser.parseString(body).getAsJsonObject().getAsJsonArray("input")) {
                    data.add(embedding(
                            data.size(), input.getAsJsonObject().get("image").getAsString()));
                }
            }
            JsonObject answer = new JsonObject();
            answer.add("data", data);
            response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
            response.write(true, ByteBuffer.wrap(answer.toString().getBytes(StandardCharsets.UTF_8)), callback);
            return true;
        }
    }

    private JsonObject embedding(int index, String base64) throws InterruptedException, ExecutionException {
        byte[] encoded = Base64.getDecoder().decode(base64);
        PixelTensor pixels = decoders.submit(() -> decoded(encoded)).get();
        float[] values = encoders.submit(() -> encoded(pixels)).get();
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(unit(values));
        JsonObject embedding = new JsonObject();
        embedding.addProperty("index", index);
        embedding.addProperty("embedding", Base64.getEncoder().encodeToString(bytes.array()));
        return embedding;
    }

    private PixelTensor decoded(byte[] encoded) throws IOException {
        try (EncodedImage image = EncodedImage.of(encoded, "picture")) {
            return ImageDecoder.standard()
                    .decodePixels(image, CompletableFuture.completedFuture(preprocessor), Runnable::run);
        }
    }

    private float[] encoded(PixelTensor pixels) throws OrtException {
        try (Contender contender = model.images(List.of(pixels))) {
            return contender.encode()[0];
        }
    }

    private static float[] unit(float[] values) {
        double squares = 0;
        for (float value : values) {
            squares += (double) value * value;
        }
        float[] unit = new float[values.length];
        for (int i = 0; i < unit.length; i++) {
            unit[i] = (float) (values[i] / Math.sqrt(squares));
        }
        return unit;
    }

    @Override
    public void close() throws IOException, OrtException {
        try {
            jetty.stop();
        } catch (Exception e) {
            throw new IOException("can't stop: " + e.getMessage(), e);
        } finally {
            decoders.close();
            encoders.close();
            model.close();
        }
    }
}
