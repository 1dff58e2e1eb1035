package org.clipjava.server.work;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.clipjava.Clip;
import org.clipjava.Embedding;
import org.clipjava.server.metrics.Metrics;
import org.clipjava.testdata.TestData;
import org.clipjava.text.TokenSequence;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Queues, batches, and who is dropped; with encoders that say what they were given. */
@Timeout(30)
class WorkTest {
    private final Metrics metrics = new Metrics();
    private final EncoderThread encoder = new EncoderThread();
    private final List<String> batches = new CopyOnWriteArrayList<>();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch gate = new CountDownLatch(1);
    private final Lane<String, Embedding> slow = lane("slow", 4, inputs -> {
        begun.countDown();
        await(gate);
        return embeddings(inputs);
    });

    @AfterEach
    void close() {
        gate.countDown();
        encoder.close();
    }

    private Lane<String, Embedding> lane(String kind, int largestBatch, Function<List<String>, List<Embedding>> made) {
        Lane<String, Embedding> lane = new Lane<>(
                "m",
                kind,
                largestBatch,
                inputs -> {
                    batches.add(kind + inputs);
                    return made.apply(inputs);
                },
                metrics);
        encoder.add(lane);
        return lane;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Embedding> embeddings(List<String> inputs) {
        return inputs.stream().map(input -> Embedding.of(input.length())).toList();
    }

    private Job<Embedding> put(Lane<String, Embedding> lane, String input) {
        Job<Embedding> job = new Job<>();
        encoder.put(lane, job, input);
        return job;
    }

    /** The encoder is busy until the gate opens, so that what is put meanwhile waits. */
    private Job<Embedding> busy() {
        Job<Embedding> first = put(slow, "first");
        await(begun);
        return first;
    }

    @Test
    void takesWhatWaitsUpToABatchInItsOrder() {
        busy();
        List<Job<Embedding>> jobs = new ArrayList<>();
        for (String input : List.of("a", "bb", "ccc", "dddd", "eeeee")) {
            jobs.add(put(slow, input));
        }
        gate.countDown();

        jobs.forEach(job -> job.result().join());

        assertEquals(List.of("slow[first]", "slow[a, bb, ccc, dddd]", "slow[eeeee]"), batches);
        assertEquals(Embedding.of(3), jobs.get(2).result().join());
    }

    @Test
    void lanesTakeTurns() {
        Lane<String, Embedding> texts = lane("text", 2, WorkTest::embeddings);
        busy();
        Job<Embedding> last = new Job<>();
        for (String input : List.of("a", "b", "c", "d", "e")) {
            put(slow, input);
        }
        for (String input : List.of("1", "2", "3")) {
            last = put(texts, input);
        }
        gate.countDown();
        last.result().join();

        assertEquals(List.of("slow[first]", "text[1, 2]", "slow[a, b, c, d]", "text[3]"), batches.subList(0, 4));
    }

    @Test
    void whatNobodyWaitsForIsNotEncoded() {
        busy();
        Job<Embedding> gone = put(slow, "gone");
        Job<Embedding> shared = put(slow, "shared");
        assertTrue(shared.join());
        gone.leave();
        shared.leave();
        gate.countDown();

        assertEquals(Embedding.of(6), shared.result().join());
        assertEquals(List.of("slow[first]", "slow[shared]"), batches);
        assertTrue(gone.result().isCancelled());
        assertFalse(gone.join(), "it was dropped");
        assertTrue(new String(metrics.text(), StandardCharsets.UTF_8).contains("clip_dropped_inputs_total 1.0"));
    }

    @Test
    void oneThatFailsIsNotTheEndOfItsBatch() {
        Lane<String, Embedding> picky = lane("picky", 4, inputs -> {
            if (inputs.contains("bad")) {
                throw new IllegalArgumentException("bad");
            }
            return embeddings(inputs);
        });
        busy();
        Job<Embedding> good = put(picky, "good");
        Job<Embedding> bad = put(picky, "bad");
        gate.countDown();

        assertEquals(Embedding.of(4), good.result().join());
        assertInstanceOf(
                IllegalArgumentException.class,
                assertThrows(CompletionException.class, () -> bad.result().join())
                        .getCause());
        assertTrue(encoder.isAlive());
    }

    @Test
    void whatComesAfterTheEndFails() {
        gate.countDown();
        encoder.close();

        Job<Embedding> late = put(slow, "late");

        assertTrue(late.result().isCompletedExceptionally());
        assertFalse(encoder.isAlive());
    }

    @Test
    void theSameTextIsEncodedOnceAndTheOldestIsForgotten() {
        TextCache cache = new TextCache(2, metrics);
        TokenSequence[] texts = {sequence(1), sequence(2), sequence(3)};
        Job<Embedding> first = cache.get("m", texts[0], Job<Embedding>::new);
        assertSame(first, cache.get("m", sequence(1), Job<Embedding>::new));
        first.result().complete(Embedding.of(1));
        first.leave();
        first.leave();
        assertSame(first, cache.get("m", texts[0], Job<Embedding>::new), "also when all have left");
        Job<Embedding> other = cache.get("other model", texts[0], Job<Embedding>::new);
        assertTrue(other != first);

        cache.get("m", texts[0], Job<Embedding>::new);
        cache.get("m", texts[1], Job<Embedding>::new);

        assertSame(first, cache.get("m", texts[0], Job<Embedding>::new), "used lately");
        assertTrue(cache.get("other model", texts[0], Job<Embedding>::new) != other, "forgotten");
    }

    @Test
    void aTextThatFailedIsTriedAgain() {
        TextCache cache = new TextCache(2, metrics);
        Job<Embedding> failed = cache.get("m", sequence(1), Job<Embedding>::new);
        failed.result().completeExceptionally(new IllegalStateException());

        assertTrue(cache.get("m", sequence(1), Job<Embedding>::new) != failed);
    }

    @Test
    void aDroppedTextIsTriedAgain() {
        TextCache cache = new TextCache(2, metrics);
        Job<Embedding> dropped = cache.get("m", sequence(1), Job<Embedding>::new);
        dropped.leave();

        CompletableFuture<Embedding> again =
                cache.get("m", sequence(1), Job<Embedding>::new).result();

        assertFalse(again.isDone());
    }

    @Test
    void whatARequestHasEncodedNeedsNoTrial() throws IOException {
        try (Work work = new Work(16, 1, 1 << 20, 1 << 20, metrics)) {
            ServedModel model = work.add("m", Clip.open(TestData.builtInModel()));
            work.text(model, model.clip().tokenizer().encode("snail")).result().join();

            assertTrue(work.isFit());

            String said = new String(metrics.text(), StandardCharsets.UTF_8);
            assertTrue(said.contains("clip_batch_inputs_count{kind=\"text\",model=\"m\"} 1\n"), said);
            assertTrue(said.contains("clip_batch_inputs_count{kind=\"picture\",model=\"m\"} 1\n"), said);
        }
    }

    private static TokenSequence sequence(int id) {
        return TokenSequence.of(new int[] {id}, false);
    }
}
