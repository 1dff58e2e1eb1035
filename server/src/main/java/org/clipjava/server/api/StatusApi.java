package org.clipjava.server.api;

import java.util.List;
import java.util.function.BooleanSupplier;
import org.clipjava.server.http.Answer;
import org.clipjava.server.http.ErrorShape;
import org.clipjava.server.http.Exchange;
import org.clipjava.server.http.Route;
import org.clipjava.server.metrics.Metrics;
import org.clipjava.server.work.Work;

/** Whether the server works, how hard, and what it can be asked. */
public final class StatusApi implements Api {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final Work work;
    private final Metrics metrics;
    private final BooleanSupplier isLoaded;
    private final BooleanSupplier isStopping;
    private final Answer openApi = Answer.of(200, "application/json", Resources.read("openapi.json"));

    /** Loaded are models that are open and have encoded something. */
    public StatusApi(Work work, Metrics metrics, BooleanSupplier isLoaded, BooleanSupplier isStopping) {
        this.work = work;
        this.metrics = metrics;
        this.isLoaded = isLoaded;
        this.isStopping = isStopping;
    }

    @Override
    public List<Route> routes() {
        return List.of(
                Route.get("/health", ErrorShape.OPENAI, this::health).open(),
                Route.get("/ready", ErrorShape.OPENAI, exchange -> ready()).open(),
                Route.get("/metrics", ErrorShape.OPENAI, exchange -> Answer.of(200, PROMETHEUS, metrics.text())),
                Route.get("/openapi.json", ErrorShape.OPENAI, exchange -> openApi)
                        .open());
    }

    private Answer health(Exchange exchange) {
        if (!isLoaded.getAsBoolean()) {
            return status(503, "loading");
        }
        return work.isHealthy() ? status(200, "ok") : status(503, "failing");
    }

    private Answer ready() {
        if (isStopping.getAsBoolean()) {
            return status(503, "stopping");
        }
        return isLoaded.getAsBoolean() ? status(200, "ready") : status(503, "loading");
    }

    private static Answer status(int code, String status) {
        return Answer.json(code, json -> {
                    json.beginObject();
                    json.name("status").value(status);
                    json.endObject();
                })
                .with("cache-control", "no-store");
    }
}
