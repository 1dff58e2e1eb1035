package org.clipjava.server.http;

import com.google.gson.stream.JsonWriter;
import java.io.IOException;

/** How an API writes its errors. */
public enum ErrorShape {
    /** OpenAI's, and ours: {@code {"error":{"message","type","param","code"}}}. */
    OPENAI {
        @Override
        void write(JsonWriter json, ApiException e) throws IOException {
            json.name("error").beginObject();
            json.name("message").value(e.text());
            json.name("type").value(type(e.status()));
            json.name("param").value(e.parameter().orElse(null));
            json.name("code").value(e.code());
            json.endObject();
        }

        private static String type(int status) {
            return switch (status) {
                case 401 -> "authentication_error";
                case 403 -> "permission_error";
                case 404 -> "not_found_error";
                case 429 -> "rate_limit_error";
                default -> status < 500 ? "invalid_request_error" : "server_error";
            };
        }
    },
    /** Hugging Face's: {@code {"error":"…"}}. */
    HUGGING_FACE {
        @Override
        void write(JsonWriter json, ApiException e) throws IOException {
            json.name("error").value(e.text());
        }
    },
    /** TEI's: {@code {"error","error_type"}}. */
    TEI {
        @Override
        void write(JsonWriter json, ApiException e) throws IOException {
            json.name("error").value(e.text());
            json.name("error_type").value(type(e.status()));
        }

        private static String type(int status) {
            return switch (status) {
                case 429 -> "overloaded";
                case 503 -> "unhealthy";
                default -> status < 500 ? "validation" : "backend";
            };
        }
    },
    /** Cohere's: {@code {"message":"…"}}. */
    COHERE {
        @Override
        void write(JsonWriter json, ApiException e) throws IOException {
            json.name("message").value(e.text());
        }
    },
    /** Voyage's and immich's: {@code {"detail":"…"}}. */
    DETAIL {
        @Override
        void write(JsonWriter json, ApiException e) throws IOException {
            json.name("detail").value(e.text());
        }
    };

    /** Writes the members of the error's object. */
    abstract void write(JsonWriter json, ApiException e) throws IOException;

    /** The answer to a request that failed. */
    public Answer answer(ApiException e) {
        Answer answer = Answer.json(e.status(), json -> {
            json.setSerializeNulls(true);
            json.beginObject();
            write(json, e);
            json.endObject();
        });
        return e.retryAfter()
                .map(wait -> answer.with("retry-after", String.valueOf(Math.max(1, wait.toSeconds()))))
                .orElse(answer);
    }
}
