package org.clipjava.cli.report;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;
import java.util.List;
import org.clipjava.cli.output.Json;
import org.clipjava.text.TokenSequence;

/** A text's tokens as JSON. */
public final class TokenLine {
    private TokenLine() {}

    /** One line, with its end. */
    public static String of(String text, TokenSequence sequence, List<String> tokens) {
        return Json.object(json -> {
                    json.name("text").value(text);
                    write(json, sequence, tokens);
                })
                + "\n";
    }

    static void write(JsonWriter json, TokenSequence sequence, List<String> tokens) throws IOException {
        Json.array(json, "ids", sequence.ids());
        Json.array(json, "tokens", tokens);
        json.name("truncated").value(sequence.truncated());
    }
}
