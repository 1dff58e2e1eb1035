package org.clipjava.safetensors;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.stream.Stream;
import org.clipjava.testdata.FuzzCorpus;
import org.clipjava.testdata.Refusal;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever stands in a header, alone so that no length has to fit: what it says, the same when written anew, or an error. */
class HeaderFuzzTest {
    /** Of the data section that the header describes. */
    static final int DATA_BYTES = 16;

    @MethodSource
    @FuzzTest
    void headers(byte[] header) {
        try {
            HeaderParser.Header parsed = new HeaderParser(header, DATA_BYTES, "fuzz").parse();
            assertEquals(parsed, new HeaderParser(rewritten(parsed), DATA_BYTES, "fuzz").parse());
        } catch (ModelFormatException e) {
            Refusal.check(e, "fuzz: ");
        }
    }

    private static byte[] rewritten(HeaderParser.Header header) {
        SafetensorsWriter writer = SafetensorsWriter.packed();
        header.metadata().forEach(writer::metadata);
        for (TensorInfo tensor : header.tensors().values()) {
            writer.tensor(
                    tensor.name(),
                    tensor.dtype(),
                    tensor.shape(),
                    channel -> channel.write(ByteBuffer.allocate((int) tensor.bytes())));
        }
        return writer.header();
    }

    static Stream<byte[]> headers() {
        return FuzzCorpus.with("headers", first());
    }

    static Stream<byte[]> first() {
        return Stream.of(
                        "{}",
                        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}",
                        "{\"__metadata__\":{\"format\":\"pt\",\"\\u00e9\\ud83d\\ude00\":\"\\\"\\\\\\n\"},"
                                + "\"a\":{\"dtype\":\"BF16\",\"shape\":[4],\"data_offsets\":[0,8]},"
                                + " \"b\" : {\"data_offsets\":[8,16] , \"shape\":[], \"dtype\":\"F64\"} }  ",
                        "{\"e\":{\"dtype\":\"I8\",\"shape\":[0,9223372036854775807],\"data_offsets\":[0,0]},"
                                + "\"f\":{\"dtype\":\"F4\",\"shape\":[2,16],\"data_offsets\":[0,16]}}")
                .map(header -> header.getBytes(StandardCharsets.UTF_8));
    }
}
