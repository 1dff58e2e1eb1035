package org.clipjava.image;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.clipjava.image.codec.ArrivingRows;
import org.clipjava.image.codec.PixelRows;
import org.clipjava.image.codec.YCbCr;

/** Decodes with the codec of each format. */
final class CodecDecoder implements ImageDecoder {
    private static final System.Logger LOGGER = System.getLogger(CodecDecoder.class.getName());

    @Override
    public RgbImage decode(byte[] encoded, String name) throws IOException {
        try (EncodedImage image = EncodedImage.of(encoded, name)) {
            return decode(image);
        }
    }

    @Override
    public RgbImage decode(EncodedImage encoded) throws IOException {
        PixelRows rows = encoded.withCodec((codec, file) -> codec.decode(file, early -> {}));
        if (rows.isYCbCr()) {
            YCbCr.toRgb(rows.samples(), 3);
        }
        return RgbImage.of(rows.width(), rows.height(), rows.samples());
    }

    @Override
    public PixelTensor decodePixels(EncodedImage encoded, Supplier<ImagePreprocessor> preprocessor, Executor helper)
            throws IOException {
        Preprocessing preprocessing = new Preprocessing(preprocessor, helper);
        PixelRows rows;
        try {
            rows = encoded.withCodec((codec, file) -> codec.decode(file, preprocessing::begin));
        } catch (Throwable e) {
            preprocessing.cancel();
            throw e;
        }
        return preprocessing.result(rows);
    }

    /** Preprocesses rows, those that are still coming on the helper's thread, if it has one. */
    private static final class Preprocessing {
        private final Supplier<ImagePreprocessor> preprocessor;
        private final Executor helper;
        private Optional<Begun> begun = Optional.empty();

        private record Begun(ArrivingRows rows, FutureTask<PixelTensor> task) {}

        Preprocessing(Supplier<ImagePreprocessor> preprocessor, Executor helper) {
            this.preprocessor = preprocessor;
            this.helper = helper;
        }

        void begin(ArrivingRows rows) {
            FutureTask<PixelTensor> task =
                    new FutureTask<>(() -> preprocessor.get().preprocess(rows));
            begun = Optional.of(new Begun(rows, task));
            Thread caller = Thread.currentThread();
            try {
                // Run here and now it would wait for rows that this thread is to decode.
                helper.execute(() -> {
                    if (!Thread.currentThread().equals(caller)) {
                        task.run();
                    }
                });
            } catch (RejectedExecutionException e) {
                LOGGER.log(System.Logger.Level.DEBUG, "no helper to preprocess with", e);
            }
        }

        void cancel() {
            begun.ifPresent(one -> {
                one.task.cancel(false);
                one.rows.cancel();
            });
        }

        /** Of rows that are complete. */
        PixelTensor result(PixelRows rows) {
            if (begun.isEmpty()) {
                return preprocessor.get().preprocess(rows);
            }
            begun.get().task.run(); // unless a helper has begun
            return result(begun.get().task);
        }

        private static <T> T result(FutureTask<T> task) {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return task.get();
                    } catch (InterruptedException e) {
                        interrupted = true; // it ends soon
                    }
                }
            } catch (ExecutionException e) {
                switch (Objects.requireNonNullElse(e.getCause(), e)) {
                    case Error error -> throw error;
                    case RuntimeException exception -> throw exception;
                    default -> throw new IllegalStateException(e.getCause());
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
